//! The rules, one by one; `random` applies them in any order.

mod random;
mod shown;
mod steps;
mod streams;

use super::*;
use crate::share::{Delivery, Facts, Fate, Hold, Hour, KeyStretching, Phase, Sha256, Visible};

const SIZE: u64 = 10 << 20;
const ALICE: Sha256 = [1; 32];
const BOB: Sha256 = [2; 32];

const TIMES: Times = Times {
    upload_lease: Duration::from_mins(5),
    reservation_lease: Duration::from_mins(2),
    delivery_idle: Duration::from_mins(15),
    delivery_max: Duration::from_hours(24),
    delivery_grace: Duration::from_mins(1),
    stream_lease: Duration::from_secs(30),
};

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + seconds * 1000)
}

fn facts() -> Facts {
    Facts {
        size: 0,
        created_at: at(0),
        expires_at: at(3600),
        last_hour: at(200_000).hour(),
        proof: [7; 32],
        owner: [8; 32],
        passphrase: None,
    }
}

fn stretching() -> KeyStretching {
    KeyStretching {
        salt: [0; 16],
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    }
}

fn receiving() -> Share {
    Share::receiving(facts(), at(0), &TIMES)
}

fn available() -> Share {
    let committed = receiving().commit(SIZE, at(3600), Some(stretching()), vec![1]);
    committed.unwrap()
}

fn reserved(ticket: Sha256, now: Timestamp) -> Share {
    let made = available().reserve(ticket, vec![2], Guess::None, now, &TIMES);
    made.unwrap()
}

fn delivering(ticket: Sha256, now: Timestamp) -> Share {
    let claimed = reserved(ticket, now).claim_won(ticket, vec![2], now, &TIMES);
    claimed
        .unwrap()
        .open_stream(&ticket, 1, now, &TIMES)
        .unwrap()
}

fn report(from: u64, to: u64, fresh: u64, closed: bool) -> StreamReport {
    StreamReport {
        from,
        to,
        fresh,
        closed,
    }
}

#[test]
fn a_reservation_keeps_others_out_until_it_lapses_and_then_gives_way() {
    let share = reserved(ALICE, at(10));
    assert_eq!(share.admit(&ALICE, at(11)), Ok(Admission::Own));
    assert_eq!(share.admit(&BOB, at(11)), Err(Refusal::Held(at(130))));
    assert_eq!(share.admit(&BOB, at(130)), Ok(Admission::Open));
    // Lapsed, it still works for its holder until somebody else reserves.
    assert_eq!(share.may_stream(&ALICE, at(500)), Ok(()));
    let taken = share
        .reserve(BOB, vec![3], Guess::None, at(500), &TIMES)
        .unwrap();
    assert_eq!(taken.may_stream(&ALICE, at(501)), Err(Refusal::NotYours));
    assert_eq!(taken.may_stream(&BOB, at(501)), Ok(()));
}

#[test]
fn after_the_expiry_only_a_held_ticket_may_still_begin() {
    let share = reserved(ALICE, at(3590));
    assert_eq!(share.kept_until(), at(3590 + 120 + 60));
    assert_eq!(share.may_stream(&ALICE, at(3700)), Ok(()));
    assert_eq!(share.admit(&BOB, at(3700)), Err(Refusal::Held(at(3710))));
    assert_eq!(share.may_stream(&ALICE, at(3710)), Err(Refusal::Expired));
    assert_eq!(share.admit(&BOB, at(3710)), Err(Refusal::Expired));
    assert_eq!(available().admit(&BOB, at(3600)), Err(Refusal::Expired));
    assert_eq!(available().kept_until(), at(3600));
}

#[test]
fn whoever_holds_the_claim_wins_over_the_record() {
    let locked = {
        let mut share = available();
        share.guesses = share.guess_limit;
        share
    };
    for share in [available(), reserved(BOB, at(5)), locked] {
        let won = share.claim_won(ALICE, vec![9], at(6), &TIMES).unwrap();
        assert_eq!(won.visible(at(6)), Visible::Delivering);
        assert_eq!(won.fate().ticket, Some(ALICE));
        let again = won.claim_won(ALICE, vec![9], at(7), &TIMES).unwrap();
        assert_eq!(again, won, "winning twice is winning once");
        assert_eq!(
            won.claim_won(BOB, vec![9], at(7), &TIMES),
            Err(Refusal::Taken)
        );
    }
    assert_eq!(
        receiving().claim_won(ALICE, vec![9], at(6), &TIMES),
        Err(Refusal::NotReady)
    );
}

#[test]
fn once_delivering_the_link_opens_nothing() {
    let share = delivering(ALICE, at(10));
    let State::Delivering(delivery) = &share.state else {
        panic!("{share:?}")
    };
    assert_eq!(delivery.ticket_wrap, vec![2]);
    assert_eq!(share.admit(&BOB, at(11)), Err(Refusal::Taken));
    assert_eq!(share.admit(&ALICE, at(11)), Ok(Admission::Own));
}

#[test]
fn five_guesses_lock_whatever_runs_in_parallel_and_only_the_owner_unlocks() {
    let mut share = available();
    for _ in 0..5 {
        share = share.count_guess(&ALICE, at(1)).unwrap();
    }
    assert_eq!(share.visible(at(1)), Visible::Locked);
    assert_eq!(share.count_guess(&ALICE, at(1)), Err(Refusal::Locked));
    assert_eq!(share.admit(&BOB, at(1)), Err(Refusal::Locked));
    // The fifth was right: its own count does not lock it out, and exactly its own is refunded.
    let right = share
        .reserve(ALICE, vec![2], Guess::Counted, at(1), &TIMES)
        .unwrap();
    assert_eq!((right.guesses, right.guess_limit), (4, 5));
    assert_eq!(
        share.reserve(ALICE, vec![2], Guess::None, at(1), &TIMES),
        Err(Refusal::Locked)
    );
    let unlocked = share.unlock();
    assert_eq!((unlocked.guesses, unlocked.guess_limit), (5, 10));
    assert_eq!(
        unlocked.unlock(),
        unlocked,
        "what is not locked is not raised"
    );
    assert_eq!(unlocked.tries_left(), 5);
}

#[test]
fn the_mark_moves_over_contiguous_bytes_only() {
    let share = delivering(ALICE, at(10));
    let tail = share
        .report_stream(&ALICE, 1, report(SIZE - 1, SIZE, 1, true), at(11), &TIMES)
        .unwrap();
    assert_eq!(tail.fate().sent, 0, "the last byte first completes nothing");
    let start = tail.open_stream(&ALICE, 2, at(12), &TIMES).unwrap();
    let half = start
        .report_stream(
            &ALICE,
            2,
            report(0, SIZE / 2, SIZE / 2, true),
            at(13),
            &TIMES,
        )
        .unwrap();
    assert_eq!(half.fate().sent, SIZE / 2);
    assert!(!half.is_finished(at(13 + 61)));
    let rest = half.open_stream(&ALICE, 3, at(14), &TIMES).unwrap();
    let all = rest
        .report_stream(
            &ALICE,
            3,
            report(SIZE / 2, SIZE, SIZE / 2, true),
            at(15),
            &TIMES,
        )
        .unwrap();
    assert_eq!(all.fate().sent, SIZE);
    assert!(!all.is_finished(at(15 + 59)));
    assert!(all.is_finished(at(15 + 60)));
}

#[test]
fn the_grace_waits_while_a_stream_is_open_and_ends_when_one_opens() {
    let share = delivering(ALICE, at(10))
        .open_stream(&ALICE, 2, at(10), &TIMES)
        .unwrap();
    let one_left = share
        .report_stream(&ALICE, 1, report(0, SIZE, SIZE, true), at(20), &TIMES)
        .unwrap();
    assert!(!one_left.is_finished(at(20 + 61)));
    let none_left = one_left
        .report_stream(&ALICE, 2, report(0, 10, 10, true), at(25), &TIMES)
        .unwrap();
    let resumed = none_left.open_stream(&ALICE, 3, at(30), &TIMES).unwrap();
    assert!(!resumed.is_finished(at(25 + 61)));
    assert_eq!(none_left.due(at(25 + 60)), Due::End(Ending::Finished));
}

#[test]
fn two_streams_and_three_times_the_size_are_the_limit() {
    let two = delivering(ALICE, at(10))
        .open_stream(&ALICE, 2, at(10), &TIMES)
        .unwrap();
    assert_eq!(two.may_stream(&ALICE, at(11)), Err(Refusal::TooManyStreams));
    assert_eq!(
        two.may_stream(&ALICE, at(41)),
        Ok(()),
        "dead streams free their slots"
    );
    let spent = two
        .report_stream(&ALICE, 1, report(0, SIZE, 3 * SIZE, true), at(12), &TIMES)
        .unwrap();
    assert_eq!(spent.stream_allowance(), 0);
    assert_eq!(spent.may_stream(&ALICE, at(12)), Err(Refusal::BudgetSpent));
    assert_eq!(
        spent.report_stream(&ALICE, 2, report(0, 1, 1, false), at(12), &TIMES),
        Err(Refusal::BudgetSpent)
    );
}

#[test]
fn no_renewal_goes_beyond_the_hard_end_or_the_hour_of_the_folder() {
    let mut share = delivering(ALICE, at(10));
    share.facts.last_hour = at(3600).hour();
    let mut early = reserved(ALICE, at(10));
    early.facts.last_hour = Hour::from_number(at(0).hour().number());
    let claimed = early.claim_won(ALICE, vec![2], at(10), &TIMES).unwrap();
    assert!(claimed.look_at() <= early.facts.last_hour.end());
    let hard_end = at(10).plus(TIMES.delivery_max);
    let mut now = at(10);
    while let Ok(next) = share.report_stream(&ALICE, 1, report(0, 1, 0, false), now, &TIMES) {
        share = next;
        now = now.plus(Duration::from_mins(10));
        assert!(share.look_at() <= hard_end);
    }
    assert!(now >= hard_end);
}

#[test]
fn what_is_left_of_a_missing_record_is_what_its_fate_says() {
    let sent_all = delivering(ALICE, at(10))
        .report_stream(&ALICE, 1, report(0, SIZE, SIZE, true), at(11), &TIMES)
        .unwrap();
    for (share, left) in [
        (receiving(), Visible::Abandoned),
        (available(), Visible::Expired),
        (reserved(ALICE, at(1)), Visible::Expired),
        (delivering(ALICE, at(1)), Visible::BrokenOff),
        (sent_all, Visible::Delivered),
    ] {
        let fate = share.fate();
        assert_eq!(fate.without_record(), left);
        assert!(
            !fate.is_gone(Timestamp::from_millis(share.kept_until().as_millis() - 1)),
            "lost is not gone"
        );
        assert!(fate.is_gone(share.kept_until()));
    }
}

#[test]
fn an_acknowledgement_needs_something_that_was_sent() {
    let share = delivering(ALICE, at(10));
    let fate = share.end(Ending::Acknowledged, at(11)).unwrap();
    assert_eq!((fate.phase, fate.sent), (Phase::Delivered, SIZE));
    let early = reserved(ALICE, at(1)).end(Ending::Acknowledged, at(2));
    assert_eq!(early, Err(Refusal::NothingSent));
}
