//! From the upload to the reservation: each step in its own state only, and what a guess costs.

use super::*;

#[test]
fn an_upload_renews_its_lease_and_commits_once() {
    let renewed = receiving().renew_upload(at(200), &TIMES).unwrap();
    assert_eq!(renewed.look_at(), at(500));
    let share = renewed
        .commit(SIZE, at(4000), Some(stretching()), vec![1])
        .unwrap();
    assert_eq!(share.state, State::Available { wrap: vec![1] });
    let expected = Facts {
        size: SIZE,
        expires_at: at(4000),
        passphrase: Some(stretching()),
        ..facts()
    };
    assert_eq!(share.facts, expected);
    for later in [share, reserved(ALICE, at(1)), delivering(ALICE, at(1))] {
        assert_eq!(
            later.renew_upload(at(2), &TIMES),
            Err(Refusal::NotReceiving)
        );
        assert_eq!(
            later.commit(1, at(9), None, vec![9]),
            Err(Refusal::NotReceiving)
        );
    }
}

#[test]
fn nobody_can_do_anything_with_an_upload_that_has_not_finished() {
    let share = receiving();
    assert_eq!(share.admit(&ALICE, at(1)), Err(Refusal::NotReady));
    assert_eq!(share.count_guess(&ALICE, at(1)), Err(Refusal::NotReady));
    let made = share.reserve(ALICE, vec![2], Guess::None, at(1), &TIMES);
    assert_eq!(made, Err(Refusal::NotReady));
}

#[test]
fn the_expiry_is_the_first_moment_at_which_nobody_may_reserve() {
    let last = Timestamp::from_millis(at(3600).as_millis() - 1);
    assert_eq!(available().admit(&BOB, last), Ok(Admission::Open));
    assert_eq!(available().admit(&BOB, at(3600)), Err(Refusal::Expired));
    let lapsed = reserved(ALICE, at(10));
    assert_eq!(lapsed.admit(&ALICE, last), Ok(Admission::Own));
    assert_eq!(lapsed.admit(&BOB, last), Ok(Admission::Open));
    assert_eq!(lapsed.admit(&ALICE, at(3600)), Err(Refusal::Expired));
    assert_eq!(lapsed.admit(&BOB, at(3600)), Err(Refusal::Expired));
    // A reservation made just before works on to its own end.
    let held = reserved(ALICE, at(3590));
    let last = Timestamp::from_millis(at(3710).as_millis() - 1);
    assert_eq!(held.admit(&ALICE, last), Ok(Admission::Own));
    assert_eq!(held.may_stream(&ALICE, last), Ok(()));
}

#[test]
fn a_lock_keeps_out_everybody_but_who_holds_the_reservation() {
    let mut share = reserved(ALICE, at(10));
    share.guesses = share.guess_limit;
    assert_eq!(share.admit(&ALICE, at(11)), Ok(Admission::Own));
    assert_eq!(share.admit(&ALICE, at(500)), Ok(Admission::Own));
    assert_eq!(share.admit(&BOB, at(500)), Err(Refusal::Locked));
    assert_eq!(share.may_stream(&ALICE, at(500)), Ok(()));
}

#[test]
fn a_guess_costs_one_try_and_a_refund_gives_back_one() {
    let share = available();
    assert_eq!((share.guesses, share.tries_left()), (0, 5));
    let one = share.count_guess(&ALICE, at(1)).unwrap();
    let two = one.count_guess(&BOB, at(1)).unwrap();
    assert_eq!((two.guesses, two.tries_left()), (2, 3));
    assert_eq!(two.refund_guess(), one);
    assert_eq!(share.refund_guess(), share, "nothing to refund");
    let held = reserved(ALICE, at(10));
    assert_eq!(held.count_guess(&ALICE, at(11)), Err(Refusal::Taken));
    assert_eq!(
        held.count_guess(&BOB, at(11)),
        Err(Refusal::Held(at(130))),
        "who cannot reserve cannot guess"
    );
}

#[test]
fn a_reservation_refunds_the_guess_it_brought_also_when_its_ticket_holds_it_already() {
    let mut share = reserved(ALICE, at(10));
    share.guesses = 3;
    let again = share
        .reserve(ALICE, vec![9], Guess::Counted, at(20), &TIMES)
        .unwrap();
    assert_eq!(again.guesses, 2);
    assert_eq!(again.state, share.state, "it is not made anew");
    let without = share.reserve(ALICE, vec![9], Guess::None, at(20), &TIMES);
    assert_eq!(without, Ok(share));
}

#[test]
fn a_reservation_keeps_the_links_wrap_and_adds_the_tickets() {
    let made = available()
        .reserve(ALICE, vec![2], Guess::None, at(10), &TIMES)
        .unwrap();
    let replaced = made
        .reserve(BOB, vec![3], Guess::None, at(200), &TIMES)
        .unwrap();
    for (share, ticket, ticket_wrap, moment) in
        [(made, ALICE, vec![2], 10), (replaced, BOB, vec![3], 200)]
    {
        let hold = Hold {
            ticket,
            ticket_wrap,
            reserved_at: at(moment),
            lapses_at: at(moment + 120),
        };
        assert_eq!(
            share.state,
            State::Reserved {
                wrap: vec![1],
                hold
            }
        );
    }
}

#[test]
fn only_a_locked_share_is_unlocked_and_by_five_tries() {
    let mut share = available();
    share.guesses = 4;
    assert_eq!(share.unlock(), share);
    share.guesses = 5;
    let unlocked = share.unlock();
    assert_eq!((unlocked.guess_limit, unlocked.tries_left()), (10, 5));
    assert_eq!(unlocked.admit(&BOB, at(1)), Ok(Admission::Open));
}
