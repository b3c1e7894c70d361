//! One ticket's streams: who may open one, what they may move, and when the delivery is over.

use super::*;

fn delivery(share: &Share) -> &Delivery {
    match &share.state {
        State::Delivering(delivery) => delivery,
        other => panic!("{other:?}"),
    }
}

fn slots(share: &Share) -> Vec<u64> {
    delivery(share).slots.iter().map(|slot| slot.id).collect()
}

#[test]
fn no_other_ticket_streams_reports_or_reserves_while_one_is_delivering() {
    let share = delivering(ALICE, at(10));
    assert_eq!(share.may_stream(&ALICE, at(11)), Ok(()));
    assert_eq!(share.may_stream(&BOB, at(11)), Err(Refusal::NotYours));
    assert_eq!(
        share.open_stream(&BOB, 2, at(11), &TIMES),
        Err(Refusal::NotYours)
    );
    assert_eq!(
        share.report_stream(&BOB, 1, report(0, 1, 1, false), at(11), &TIMES),
        Err(Refusal::NotYours)
    );
    for (ticket, refusal) in [(BOB, Refusal::Taken), (ALICE, Refusal::Taken)] {
        assert_eq!(share.count_guess(&ticket, at(11)), Err(refusal));
    }
    let taken = share.reserve(BOB, vec![3], Guess::None, at(11), &TIMES);
    assert_eq!(taken, Err(Refusal::Taken));
    let again = share.reserve(ALICE, vec![3], Guess::None, at(11), &TIMES);
    assert_eq!(again, Ok(share), "the same answer again");
}

#[test]
fn a_stream_needs_a_claim_and_a_claim_needs_no_stream() {
    let held = reserved(ALICE, at(10));
    assert!(!held.has_claimed());
    assert_eq!(held.stream_allowance(), 0);
    assert_eq!(
        held.open_stream(&ALICE, 1, at(11), &TIMES),
        Err(Refusal::NotYours)
    );
    assert_eq!(
        held.report_stream(&ALICE, 1, report(0, 1, 1, false), at(11), &TIMES),
        Err(Refusal::NotYours)
    );
    assert_eq!(
        available().may_stream(&ALICE, at(11)),
        Err(Refusal::NotYours)
    );
    assert_eq!(
        receiving().may_stream(&ALICE, at(11)),
        Err(Refusal::NotYours)
    );
    let claimed = held.claim_won(ALICE, vec![2], at(11), &TIMES).unwrap();
    assert!(claimed.has_claimed());
    assert!(!held.is_finished(at(99_999)), "it was never delivered");
    assert_eq!(delivery(&claimed).lease_until, at(11 + 15 * 60));
    assert_eq!(delivery(&claimed).hard_end, at(11).plus(TIMES.delivery_max));
}

#[test]
fn the_claim_keeps_the_moment_of_its_own_reservation_only() {
    let share = reserved(ALICE, at(10));
    let own = share.claim_won(ALICE, vec![2], at(11), &TIMES).unwrap();
    assert_eq!(own.fate().reserved_at, Some(at(10)));
    let other = share.claim_won(BOB, vec![3], at(11), &TIMES).unwrap();
    assert_eq!(other.fate().reserved_at, None);
}

#[test]
fn past_its_end_a_delivery_takes_neither_streams_nor_reports() {
    let share = delivering(ALICE, at(10));
    let (last, end) = (Timestamp::from_millis(at(910).as_millis() - 1), at(910));
    let tick = report(0, 1, 1, false);
    assert_eq!(share.may_stream(&ALICE, last), Ok(()));
    assert!(share.report_stream(&ALICE, 1, tick, last, &TIMES).is_ok());
    assert_eq!(share.admit(&ALICE, last), Ok(Admission::Own));
    assert!(!share.is_finished(last));
    assert_eq!(share.may_stream(&ALICE, end), Err(Refusal::Expired));
    assert_eq!(
        share.report_stream(&ALICE, 1, tick, end, &TIMES),
        Err(Refusal::Expired)
    );
    assert_eq!(share.admit(&ALICE, end), Err(Refusal::Expired));
    assert!(share.is_finished(end));
}

#[test]
fn streams_renew_the_lease_up_to_the_hard_end() {
    let share = delivering(ALICE, at(10));
    let opened = share.open_stream(&ALICE, 2, at(400), &TIMES).unwrap();
    assert_eq!(delivery(&opened).lease_until, at(400 + 900));
    let told = share
        .report_stream(&ALICE, 1, report(0, 1, 1, false), at(500), &TIMES)
        .unwrap();
    assert_eq!(delivery(&told).lease_until, at(500 + 900));
    let short = Times {
        delivery_max: Duration::from_mins(20),
        ..TIMES
    };
    let hard_end = at(10 + 1200);
    let claimed = reserved(ALICE, at(10))
        .claim_won(ALICE, vec![2], at(10), &short)
        .unwrap();
    let opened = claimed.open_stream(&ALICE, 1, at(800), &short).unwrap();
    assert_eq!(delivery(&opened).lease_until, hard_end);
    let told = opened
        .report_stream(&ALICE, 1, report(0, 1, 1, false), at(900), &short)
        .unwrap();
    assert_eq!(delivery(&told).lease_until, hard_end);
}

#[test]
fn a_stream_that_renews_keeps_its_slot_and_a_dead_or_closed_one_loses_it() {
    let two = delivering(ALICE, at(10))
        .open_stream(&ALICE, 2, at(20), &TIMES)
        .unwrap();
    assert_eq!(slots(&two), [1, 2]);
    let renewed = two
        .report_stream(&ALICE, 1, report(0, 1, 1, false), at(25), &TIMES)
        .unwrap();
    assert_eq!(slots(&renewed), [2, 1]);
    assert_eq!(
        renewed.may_stream(&ALICE, at(26)),
        Err(Refusal::TooManyStreams)
    );
    let closed = renewed
        .report_stream(&ALICE, 2, report(0, 1, 1, true), at(26), &TIMES)
        .unwrap();
    assert_eq!(slots(&closed), [1]);
    // A slot is dead from the moment its lease ends.
    let last = Timestamp::from_millis(at(40).as_millis() - 1);
    assert_eq!(two.may_stream(&ALICE, last), Err(Refusal::TooManyStreams));
    let third = two.open_stream(&ALICE, 3, at(40), &TIMES).unwrap();
    assert_eq!(slots(&third), [2, 3]);
    let told = two
        .report_stream(&ALICE, 2, report(0, 1, 1, false), at(40), &TIMES)
        .unwrap();
    assert_eq!(slots(&told), [2]);
}

#[test]
fn a_stream_that_was_taken_for_dead_may_not_come_back_as_a_third() {
    let replaced = delivering(ALICE, at(10))
        .open_stream(&ALICE, 2, at(41), &TIMES)
        .unwrap()
        .open_stream(&ALICE, 3, at(41), &TIMES)
        .unwrap();
    assert_eq!(
        replaced.report_stream(&ALICE, 1, report(0, 1, 1, false), at(42), &TIMES),
        Err(Refusal::TooManyStreams)
    );
    let said = replaced.report_stream(&ALICE, 1, report(0, 5, 5, true), at(42), &TIMES);
    assert_eq!(said.unwrap().fate().sent, 5, "its last words still count");
}

#[test]
fn a_ticket_moves_three_times_the_size_and_of_a_small_file_a_mebibyte_more() {
    for (size, budget) in [(0, 1 << 20), (100, 100 + (1 << 20)), (SIZE, 3 * SIZE)] {
        let mut share = delivering(ALICE, at(10));
        share.facts.size = size;
        assert_eq!(share.stream_allowance(), budget);
        let move_bytes =
            |fresh| share.report_stream(&ALICE, 1, report(1, 1, fresh, false), at(11), &TIMES);
        let nearly = move_bytes(budget - 1).unwrap();
        assert_eq!(nearly.stream_allowance(), 1);
        assert_eq!(nearly.may_stream(&ALICE, at(11)), Ok(()));
        let all = move_bytes(budget).unwrap();
        assert_eq!(all.may_stream(&ALICE, at(11)), Err(Refusal::BudgetSpent));
        assert_eq!(move_bytes(budget + 1), Err(Refusal::BudgetSpent));
    }
}

#[test]
fn a_range_that_begins_at_the_mark_moves_it_and_one_behind_it_does_not() {
    let tell = |share: &Share, from, to| {
        share
            .report_stream(&ALICE, 1, report(from, to, 1, false), at(11), &TIMES)
            .unwrap()
    };
    let ten = tell(&delivering(ALICE, at(10)), 0, 10);
    assert_eq!(tell(&ten, 10, 20).fate().sent, 20);
    assert_eq!(tell(&ten, 11, 20).fate().sent, 10, "a gap");
    assert_eq!(tell(&ten, 0, 5).fate().sent, 10, "it never moves back");
    assert_eq!(tell(&ten, 0, SIZE + 5).fate().sent, SIZE);
}

#[test]
fn the_grace_counts_from_the_moment_no_stream_is_open_and_does_not_start_anew() {
    let sent = delivering(ALICE, at(10))
        .report_stream(&ALICE, 1, report(0, SIZE, SIZE, false), at(20), &TIMES)
        .unwrap();
    // The stream may die silently: then its slot's end begins the grace.
    assert_eq!(sent.look_at(), at(20 + 30 + 60));
    let closed = sent
        .report_stream(&ALICE, 1, report(0, SIZE, 0, true), at(25), &TIMES)
        .unwrap();
    assert_eq!(closed.look_at(), at(25 + 60));
    let repeated = closed
        .report_stream(&ALICE, 1, report(0, SIZE, 0, true), at(40), &TIMES)
        .unwrap();
    assert_eq!(repeated.look_at(), at(25 + 60), "said twice");
    let reopened = closed.open_stream(&ALICE, 2, at(50), &TIMES).unwrap();
    assert_eq!(reopened.look_at(), at(50 + 30 + 60));
    // The record lives for the whole lease, whatever the grace says.
    assert_eq!(closed.kept_until(), at(25 + 900 + 60));
}

#[test]
fn without_everything_sent_there_is_no_grace() {
    let share = delivering(ALICE, at(10))
        .report_stream(&ALICE, 1, report(0, SIZE - 1, 1, true), at(20), &TIMES)
        .unwrap();
    assert_eq!(delivery(&share).grace_until, None);
    assert_eq!(share.look_at(), at(20 + 900));
    // A record that has one all the same, from whoever wrote it, still waits for the rest.
    let mut odd = share;
    if let State::Delivering(delivery) = &mut odd.state {
        delivery.grace_until = Some(at(21));
    }
    assert_eq!(odd.look_at(), at(20 + 900));
}
