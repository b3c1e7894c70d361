//! Each protection taken away by itself: the model must find what it is there for. `MODEL_TRACE=1` prints how.

use std::collections::BTreeSet;

use stateright::{Checker as _, HasDiscoveries, Model as _};

use crate::full::plain;
use crate::machine::Machine;
use crate::promises::{
    GONE, GUESSES, NO_DEAD_END, NO_KEYS, NOTHING_LOST, ONE_RECIPIENT, STAYS_COUNTED,
};
use crate::setup::{Role, Rules, Setup};
use crate::trace;

/// Without the protection the setup violates the property, on a path that is printed as short as it gets; with it the same
/// number of steps violates nothing.
fn breaks(rules: Rules, setup: &Setup, property: &'static str) {
    let run = |rules: Rules, depth: usize, steps: usize| {
        let setup = Setup {
            rules,
            ..setup.clone()
        };
        Machine::new(setup)
            .checker()
            .finish_when(HasDiscoveries::AnyOf(BTreeSet::from([property])))
            .target_max_depth(depth)
            .target_state_count(steps)
            .spawn_bfs()
            .join()
    };
    let without = run(rules, usize::MAX, usize::MAX);
    let steps = without.state_count();
    let found = without.discovery(property);
    let mut path = found.unwrap_or_else(|| panic!("nothing violates: {property}"));
    let mut machine = without;
    loop {
        let states = path.clone().into_states();
        let holds = machine.model().property(property).condition;
        let violated = states
            .iter()
            .position(|world| !holds(machine.model(), world));
        let shorter = run(
            rules,
            violated.expect("the path violates it") + 1,
            usize::MAX,
        );
        let Some(found) = shorter.discovery(property) else {
            break;
        };
        (machine, path) = (shorter, found);
    }
    trace::print(machine.model(), property, path);
    let with = run(Rules::ALL, usize::MAX, steps);
    assert!(
        with.discovery(property).is_none(),
        "violated anyway: {property}"
    );
}

/// A failover forgets the first reservation, and both tickets are served.
#[test]
fn without_the_claim_two_are_served() {
    let rules = Rules {
        claim: false,
        ..Rules::ALL
    };
    let setup = Setup {
        failovers: 1,
        ..plain(vec![Role::Client(1), Role::Client(2)])
    };
    breaks(rules, &setup, ONE_RECIPIENT);
}

/// A server pauses after its swap with the blob open; the revocation is carried out and answered; then the first byte leaves.
#[test]
fn without_the_last_look_bytes_leave_after_a_revocation() {
    let rules = Rules {
        last_look: false,
        ..Rules::ALL
    };
    breaks(rules, &plain(vec![Role::Client(1), Role::Owner]), GONE);
}

/// The claim is won and its server dies. The ticket's holder asks again and is told that somebody else holds the share; as
/// the blob is claimed, nobody else can have it either.
#[test]
fn without_idempotence_a_lost_reply_is_a_dead_end() {
    let rules = Rules {
        idempotence: false,
        ..Rules::ALL
    };
    breaks(rules, &plain(vec![Role::Client(1)]), NO_DEAD_END);
}

/// Two guessers count the same guess: each finds its own bytes stored and takes the other's write for its own.
#[test]
fn without_writer_bytes_two_guesses_count_as_one() {
    let rules = Rules {
        writer_bytes: false,
        ..Rules::ALL
    };
    let setup = Setup {
        guessed: Some(4),
        ..plain(vec![Role::Guesser(1), Role::Guesser(2)])
    };
    breaks(rules, &setup, GUESSES);
}

/// A reservation that was computed before the revocation is written after it: the record and its keys are back.
#[test]
fn without_compare_and_swap_keys_come_back_after_a_revocation() {
    let rules = Rules {
        compare_and_swap: false,
        ..Rules::ALL
    };
    breaks(rules, &plain(vec![Role::Client(1), Role::Owner]), NO_KEYS);
}

/// The reply to an upload's first write is lost, the sweep ends the upload, and the write sent again brings it back: the
/// sweep then removes the blob of a share that is acknowledged.
#[test]
fn without_a_single_beginning_an_acknowledged_share_is_lost() {
    let rules = Rules {
        begins_once: false,
        ..Rules::ALL
    };
    let setup = Setup {
        from_upload: true,
        ticks: 1,
        lost_replies: true,
        ..plain(vec![Role::Uploader, Role::Sweeper])
    };
    breaks(rules, &setup, NOTHING_LOST);
}

/// A right guess is refunded with the reservation, whose reply is lost. Another request of the same ticket writes; the
/// reservation, sent again, meets that, is made anew, and refunds a guess that was wrong.
#[test]
fn without_doubt_about_its_first_write_a_reservation_refunds_twice() {
    let rules = Rules {
        reserves_once: false,
        ..Rules::ALL
    };
    let setup = Setup {
        guessed: Some(3),
        lost_replies: true,
        ..plain(vec![Role::Client(1), Role::Client(1)])
    };
    breaks(rules, &setup, STAYS_COUNTED);
}

/// The same with a right guess that came too late and is refunded by itself.
#[test]
fn without_doubt_about_its_first_write_a_refund_is_made_twice() {
    let rules = Rules {
        refunds_once: false,
        ..Rules::ALL
    };
    let setup = Setup {
        guessed: Some(3),
        lost_replies: true,
        ..plain(vec![Role::Client(1), Role::Client(2)])
    };
    breaks(rules, &setup, STAYS_COUNTED);
}
