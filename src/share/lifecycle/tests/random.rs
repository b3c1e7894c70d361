//! Whatever happens in whatever order.

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Event {
    Guess(u8),
    Refund,
    Reserve(u8),
    Claim(u8),
    Open(u8, u8),
    Report(u8, u8, u64, u64, bool),
    Unlock,
    End(Ending),
    Wait(u64),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let ending = prop_oneof![
        Just(Ending::Acknowledged),
        Just(Ending::Finished),
        Just(Ending::Expired),
    ];
    let event = prop_oneof![
        (1..4u8).prop_map(Event::Guess),
        Just(Event::Refund),
        (1..4u8).prop_map(Event::Reserve),
        (1..4u8).prop_map(Event::Claim),
        (1..4u8, 0..4u8).prop_map(|(who, slot)| Event::Open(who, slot)),
        (1..4u8, 0..4u8, 0..=SIZE, 0..=SIZE, any::<bool>())
            .prop_map(|(who, slot, from, len, closed)| Event::Report(who, slot, from, len, closed)),
        Just(Event::Unlock),
        ending.prop_map(Event::End),
        (0..2000u64).prop_map(Event::Wait),
    ];
    proptest::collection::vec(event, 0..60)
}

/// Applies one event; what is refused changes nothing.
fn apply(share: &Share, event: &Event, now: Timestamp) -> Result<Result<Share, Fate>, Refusal> {
    let wrap = |who: u8| vec![who];
    match event {
        Event::Guess(who) => share.count_guess(&[*who; 32], now).map(Ok),
        Event::Refund => Ok(Ok(share.refund_guess())),
        Event::Reserve(who) => share
            .reserve([*who; 32], wrap(*who), Guess::None, now, &TIMES)
            .map(Ok),
        Event::Claim(who) => share.claim_won([*who; 32], wrap(*who), now, &TIMES).map(Ok),
        Event::Open(who, slot) => share
            .open_stream(&[*who; 32], u64::from(*slot), now, &TIMES)
            .map(Ok),
        Event::Report(who, slot, from, len, closed) => {
            let to = (from + len).min(SIZE);
            let report = report(*from, to, to.saturating_sub(*from), *closed);
            share
                .report_stream(&[*who; 32], u64::from(*slot), report, now, &TIMES)
                .map(Ok)
        }
        Event::Unlock => Ok(Ok(share.unlock())),
        Event::End(ending) => share.end(*ending, now).map(Err),
        Event::Wait(_) => Ok(Ok(share.clone())),
    }
}

proptest! {
    #[test]
    fn no_sequence_of_events_breaks_the_machine(events in events()) {
        let mut share = available();
        let mut now = at(1);
        let mut delivering_to = None;
        for event in events {
            if let Event::Wait(seconds) = event {
                now = now.plus(Duration::from_secs(seconds));
            }
            let before = share.fate();
            match apply(&share, &event, now) {
                Ok(Ok(next)) => share = next,
                Ok(Err(fate)) => {
                    prop_assert!(fate.phase.has_ended());
                    prop_assert!(fate.sent >= before.sent);
                    prop_assert!(fate.ended() <= now);
                    prop_assert_eq!(fate.kept_until(), fate.ended().plus(FATE_KEPT));
                    return Ok(());
                }
                Err(_) => {}
            }
            // Once a ticket is delivering, no other ever is, and the link opens nothing any more.
            if let State::Delivering(delivery) = &share.state {
                let first = *delivering_to.get_or_insert(delivery.ticket);
                prop_assert_eq!(first, delivery.ticket);
                prop_assert!(delivery.mark <= SIZE);
                prop_assert!(delivery.mark >= before.sent, "the mark never moves back");
                prop_assert!(delivery.slots.len() <= STREAMS);
                prop_assert!(delivery.lease_until <= delivery.hard_end);
            } else {
                prop_assert!(delivering_to.is_none());
            }
            // The key material never outlives the moment the sweep acts on by more than the slack.
            prop_assert!(share.kept_until() <= share.look_at().plus(RECORD_SLACK));
            prop_assert!(share.kept_until() >= share.look_at());
            prop_assert_eq!(share.fate().record_until, share.kept_until());
        }
    }

    #[test]
    fn a_written_record_reads_back_and_damage_is_refused(
        guesses in 0..9u32,
        cut in 0..400usize,
        mark in any::<[u8; 8]>(),
    ) {
        use crate::share::{CodecError, Stored, WriterMark};
        let mut share = delivering(ALICE, at(10));
        share.guesses = guesses;
        let stored = Stored::encode(share, WriterMark(mark));
        let read = Stored::<Share>::decode(stored.bytes.clone());
        prop_assert_eq!(read.as_ref(), Ok(&stored));
        let short = stored.bytes.iter().copied().take(cut).collect::<Vec<_>>();
        if short.len() < stored.bytes.len() {
            prop_assert!(Stored::<Share>::decode(short).is_err());
        }
        let mut newer = stored.bytes.clone();
        newer[0] = 2;
        prop_assert_eq!(Stored::<Share>::decode(newer), Err(CodecError::UnknownVersion(2)));
        let mut longer = stored.bytes;
        longer.push(0);
        prop_assert_eq!(Stored::<Share>::decode(longer), Err(CodecError::Malformed));
    }
}
