//! What is shown of a share and of what is left of it, and when the sweep looks.

use super::*;

#[test]
fn a_lapsed_reservation_is_shown_as_available_and_locked_hides_what_nobody_holds() {
    let mut share = reserved(ALICE, at(10));
    assert_eq!(receiving().visible(at(1)), Visible::Receiving);
    assert_eq!(available().visible(at(1)), Visible::Available);
    assert_eq!(share.visible(at(129)), Visible::Reserved);
    assert_eq!(share.visible(at(130)), Visible::Available);
    share.guesses = share.guess_limit;
    assert_eq!(share.visible(at(129)), Visible::Reserved);
    assert_eq!(share.visible(at(130)), Visible::Locked);
    let mut share = delivering(ALICE, at(10));
    share.guesses = share.guess_limit;
    assert!(!share.is_locked(), "a delivery under way cannot be locked");
    assert_eq!(share.visible(at(11)), Visible::Delivering);
}

#[test]
fn what_its_own_time_has_ended_is_shown_as_ended_and_ended_then() {
    for (sent, shown) in [(SIZE - 1, Visible::BrokenOff), (SIZE, Visible::Delivered)] {
        let share = delivering(ALICE, at(10))
            .report_stream(&ALICE, 1, report(0, sent, sent, true), at(11), &TIMES)
            .unwrap();
        let end = share.look_at();
        let before = Timestamp::from_millis(end.as_millis() - 1);
        assert_eq!(share.visible(before), Visible::Delivering);
        assert_eq!(share.visible(end), shown);
        for ending in [Ending::Finished, Ending::Revoked] {
            let late = share.end(ending, end.plus(Duration::from_secs(5))).unwrap();
            assert_eq!((late.without_record(), late.ended_at), (shown, Some(end)));
        }
    }
    for share in [available(), reserved(ALICE, at(3000))] {
        assert_ne!(share.visible(at(3599)), Visible::Expired);
        assert_eq!(share.visible(at(3600)), Visible::Expired);
    }
    let held = reserved(ALICE, at(3590));
    assert_eq!(held.visible(at(3709)), Visible::Reserved);
    assert_eq!(held.visible(at(3710)), Visible::Expired);
    let expired = available().end(Ending::Expired, at(3605)).unwrap();
    assert_eq!(expired.ended_at, Some(at(3600)));
    let given_up = receiving().end(Ending::Abandoned, at(20)).unwrap();
    assert_eq!(given_up.ended_at, Some(at(20)));
}

#[test]
fn every_state_has_the_documented_word_and_reads_back() {
    let words = [
        "receiving",
        "available",
        "reserved",
        "locked",
        "delivering",
        "delivered",
        "broken_off",
        "expired",
        "revoked",
        "abandoned",
    ];
    assert_eq!(Visible::ALL.map(Visible::word), words);
    assert_eq!(
        words.map(Visible::from_word),
        Visible::ALL.map(Some),
        "each word is its own state's"
    );
    for other in ["", "Available", "available ", "gone"] {
        assert_eq!(Visible::from_word(other), None, "{other:?}");
    }
}

#[test]
fn an_end_that_was_written_says_how_it_ended_and_is_gone_at_once() {
    let mut fate = delivering(ALICE, at(10)).fate();
    for (phase, shown) in [
        (Phase::Delivered, Visible::Delivered),
        (Phase::BrokenOff, Visible::BrokenOff),
        (Phase::Expired, Visible::Expired),
        (Phase::Revoked, Visible::Revoked),
        (Phase::Abandoned, Visible::Abandoned),
    ] {
        fate.phase = phase;
        assert_eq!(fate.without_record(), shown);
        assert!(fate.is_gone(at(0)), "{phase:?}");
    }
}

#[test]
fn a_fate_tells_when_it_was_picked_up_else_when_it_ended() {
    let held = reserved(ALICE, at(3590));
    assert_eq!(receiving().fate().told_at(), receiving().kept_until());
    assert_eq!(available().fate().told_at(), at(3600));
    assert_eq!(
        held.fate().told_at(),
        at(3600),
        "an unused reservation does not move the expiry people are told"
    );
    let picked_up = delivering(ALICE, at(10));
    assert_eq!(picked_up.fate().told_at(), at(10));
    assert_eq!(picked_up.fate().ended(), picked_up.kept_until());
    let ended = picked_up.end(Ending::Revoked, at(20)).unwrap();
    assert_eq!((ended.told_at(), ended.ended()), (at(20), at(20)));
    let confirmed = picked_up.end(Ending::Acknowledged, at(20)).unwrap();
    assert_eq!((confirmed.told_at(), confirmed.ended()), (at(10), at(20)));
    let revoked = held.end(Ending::Revoked, at(3595)).unwrap();
    assert_eq!(revoked.told_at(), at(3595));
}

#[test]
fn a_fate_is_kept_for_a_week_after_the_end() {
    let week = Duration::from_hours(7 * 24);
    let ended = available().end(Ending::Revoked, at(20)).unwrap();
    assert_eq!(ended.kept_until(), at(20).plus(week));
    assert_eq!(available().fate().kept_until(), at(3600).plus(week));
}

#[test]
fn a_fate_repeats_what_the_record_says() {
    let share = reserved(ALICE, at(10));
    let fate = share.fate();
    assert_eq!((fate.phase, fate.size), (Phase::Reserved, SIZE));
    assert_eq!((fate.sent, fate.passphrase), (0, true));
    assert_eq!((fate.created_at, fate.expires_at), (at(0), at(3600)));
    assert_eq!(
        (fate.reserved_at, fate.started_at, fate.ended_at),
        (Some(at(10)), None, None)
    );
    assert_eq!(fate.ticket, Some(ALICE));
    assert_eq!((fate.proof, fate.owner), ([7; 32], [8; 32]));
    let fate = delivering(ALICE, at(10)).fate();
    assert_eq!(
        (fate.reserved_at, fate.started_at),
        (Some(at(10)), Some(at(10)))
    );
}

#[test]
fn the_sweep_looks_when_something_falls_due_and_the_record_lives_long_enough_to_write_it() {
    for (share, due, kept, ending) in [
        (receiving(), at(300), at(360), Ending::Abandoned),
        (available(), at(3600), at(3600), Ending::Expired),
        (reserved(ALICE, at(10)), at(3600), at(3600), Ending::Expired),
        (
            reserved(ALICE, at(3590)),
            at(3710),
            at(3770),
            Ending::Expired,
        ),
        (
            delivering(ALICE, at(10)),
            at(910),
            at(970),
            Ending::Finished,
        ),
    ] {
        assert_eq!((share.look_at(), share.kept_until()), (due, kept));
        let before = Timestamp::from_millis(due.as_millis() - 1);
        assert_eq!(share.due(before), Due::NotBefore(due));
        assert_eq!(share.due(due), Due::End(ending));
        assert!(share.end(ending, due).is_ok());
    }
}

#[test]
fn a_share_ends_only_in_the_ways_and_at_the_times_of_its_state() {
    use Ending::{Abandoned, Acknowledged, Expired, Finished, Revoked};
    let (waiting, held) = (available(), reserved(ALICE, at(3590)));
    let (before, late) = (at(20), at(9999));
    for (share, ending, now, refusal) in [
        (receiving(), Acknowledged, late, Refusal::NotReady),
        (receiving(), Finished, late, Refusal::NotReady),
        (receiving(), Expired, late, Refusal::NotReady),
        (waiting.clone(), Abandoned, late, Refusal::NotReceiving),
        (waiting.clone(), Acknowledged, late, Refusal::NothingSent),
        (waiting.clone(), Finished, late, Refusal::NothingSent),
        (waiting, Expired, before, Refusal::Held(at(3600))),
        (held.clone(), Finished, late, Refusal::NothingSent),
        (held, Expired, at(3700), Refusal::Held(at(3710))),
        (
            delivering(ALICE, at(10)),
            Abandoned,
            late,
            Refusal::NotReceiving,
        ),
        (delivering(ALICE, at(10)), Expired, late, Refusal::Taken),
        (
            delivering(ALICE, at(10)),
            Finished,
            at(909),
            Refusal::Held(at(910)),
        ),
    ] {
        assert_eq!(share.end(ending, now), Err(refusal), "{ending:?}");
    }
    for share in [receiving(), available(), delivering(ALICE, at(10))] {
        let fate = share.end(Revoked, before).unwrap();
        assert_eq!((fate.phase, fate.ended_at), (Phase::Revoked, Some(before)));
    }
    let left = receiving().end(Abandoned, at(300)).unwrap();
    assert_eq!(left.phase, Phase::Abandoned);
    let expired = available().end(Expired, at(3600)).unwrap();
    assert_eq!(expired.phase, Phase::Expired);
}

#[test]
fn a_delivery_that_ends_by_its_times_was_delivered_only_if_everything_was_sent() {
    for (sent, phase) in [(SIZE - 1, Phase::BrokenOff), (SIZE, Phase::Delivered)] {
        let share = delivering(ALICE, at(10))
            .report_stream(&ALICE, 1, report(0, sent, sent, true), at(11), &TIMES)
            .unwrap();
        let fate = share.end(Ending::Finished, share.look_at()).unwrap();
        assert_eq!((fate.phase, fate.sent), (phase, sent));
    }
}
