//! The runs with all protections: nothing violates a property.
//!
//! Quickly each explores the beginning of a small setup; at full length a larger one until every state is seen or the
//! bound is reached, breadth first, so that all that can happen in so many steps is covered.

use stateright::{Checker as _, HasDiscoveries, Model as _};

use crate::machine::Machine;
use crate::promises::SERVED;
use crate::proof::{Proof, Scale};
use crate::setup::{Role, Rules, Setup};

/// Steps that are followed at most.
const FULL: usize = 40_000_000;
const TENTH: usize = FULL / 10;
const QUICK: usize = 300_000;
/// What a model is expected to reach at full length.
const MANY: usize = 1_000_000;

/// Nothing goes wrong yet, and time stands still.
pub(crate) fn plain(roles: Vec<Role>) -> Setup {
    Setup {
        roles,
        rules: Rules::ALL,
        failovers: 0,
        ticks: 0,
        expiry: 2,
        units: 1,
        guessed: None,
        from_upload: false,
        lost_replies: false,
        late_commands: false,
        grace: 0,
    }
}

fn holds(name: &'static str, quick: Setup, full: Setup) {
    let mut proof = Proof::begin(name);
    let (setup, bound) = match proof.scale() {
        Scale::Quick => (quick, QUICK),
        Scale::Tenth => (full, TENTH),
        Scale::Full => (full, FULL),
    };
    let checker = Machine::new(setup)
        .checker()
        .finish_when(HasDiscoveries::AnyFailures)
        .target_state_count(bound)
        .spawn_bfs()
        .join();
    proof.figure("steps", checker.state_count());
    proof.figure("states", checker.unique_state_count());
    proof.figure("depth", checker.max_depth());
    proof.figure("records", checker.model().table.len());
    proof.figure("properties", checker.model().properties().len());
    proof.figure("all states seen", checker.state_count() < bound);
    if proof.scale() == Scale::Full {
        checker.assert_properties();
        assert!(checker.unique_state_count() >= MANY);
    } else {
        for property in checker.model().properties() {
            if property.expectation.discovery_is_failure() {
                checker.assert_no_discovery(property.name);
            }
        }
        checker.assert_any_discovery(SERVED);
    }
    proof.holds();
}

#[test]
fn failovers() {
    let setup = |roles| Setup {
        failovers: 1,
        ..plain(roles)
    };
    holds(
        "model-failovers",
        setup(vec![Role::Client(1), Role::Client(2)]),
        setup(vec![Role::Client(1), Role::Client(2), Role::Owner]),
    );
}

#[test]
fn time_running_out() {
    let setup = |roles| Setup {
        ticks: 4,
        ..plain(roles)
    };
    holds(
        "model-time",
        setup(vec![Role::Client(1), Role::Sweeper]),
        setup(vec![Role::Client(1), Role::Client(2), Role::Sweeper]),
    );
}

#[test]
fn failovers_while_time_runs_out() {
    let setup = |roles, failovers| Setup {
        ticks: 4,
        failovers,
        ..plain(roles)
    };
    holds(
        "model-time-and-failovers",
        setup(vec![Role::Client(1), Role::Sweeper], 1),
        setup(vec![Role::Client(1), Role::Sweeper, Role::Client(2)], 2),
    );
}

#[test]
fn streams() {
    let setup = |roles| Setup {
        ticks: 4,
        units: 2,
        failovers: 1,
        grace: 1,
        ..plain(roles)
    };
    holds(
        "model-streams",
        setup(vec![Role::Client(1), Role::Sweeper]),
        setup(vec![Role::Client(1), Role::Client(1), Role::Sweeper]),
    );
}

#[test]
fn guesses() {
    let setup = |roles| Setup {
        guessed: Some(3),
        ..plain(roles)
    };
    let few = vec![Role::Client(1), Role::Guesser(2), Role::Unlocker];
    let more = vec![
        Role::Client(1),
        Role::Guesser(2),
        Role::Guesser(2),
        Role::Unlocker,
    ];
    holds("model-guesses", setup(few), setup(more));
}

#[test]
fn refunds() {
    let setup = |roles, ticks| Setup {
        guessed: Some(3),
        lost_replies: true,
        ticks,
        ..plain(roles)
    };
    let few = vec![Role::Client(1), Role::Client(1)];
    let more = vec![Role::Client(1), Role::Client(1), Role::Guesser(2)];
    holds("model-refunds", setup(few, 0), setup(more, 1));
}

#[test]
fn lost_replies() {
    let setup = |roles, failovers| Setup {
        failovers,
        lost_replies: true,
        late_commands: true,
        ..plain(roles)
    };
    let few = vec![Role::Client(1), Role::Owner];
    let more = vec![Role::Client(1), Role::Client(2), Role::Owner];
    holds("model-lost-replies", setup(few, 0), setup(more, 1));
}

#[test]
fn uploads() {
    let setup = |roles, failovers, lost_replies| Setup {
        from_upload: true,
        ticks: 3,
        expiry: 1,
        failovers,
        lost_replies,
        ..plain(roles)
    };
    let few = vec![Role::Uploader, Role::Client(1)];
    let more = vec![Role::Uploader, Role::Client(1), Role::Sweeper, Role::Owner];
    holds("model-uploads", setup(few, 0, false), setup(more, 1, true));
}
