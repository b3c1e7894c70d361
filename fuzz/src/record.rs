//! Records and fates: what is read is written again as the same value, no part of a record is a record, and whatever a value
//! says, its questions have answers.

use onetimeshare::share::{Fate, Share, State, Stored, Timestamp, Visible, WriterMark};

/// The bytes as a record and as a fate; the moment to look at them is the first eight.
pub fn check(data: &[u8]) {
    let (now, bytes) = data.split_first_chunk::<8>().unwrap_or((&[0; 8], data));
    let now = Timestamp::from_millis(u64::from_le_bytes(*now));
    if let Ok(read) = Stored::<Share>::decode(bytes.to_vec()) {
        assert_eq!(read.bytes, bytes);
        share(&read.value, now);
        let written = Stored::encode(read.value.clone(), mark(bytes));
        let again = Stored::<Share>::decode(written.bytes.clone());
        assert_eq!(again, Ok(written.clone()), "written, but not read back");
        assert_eq!(again.map(|again| again.value), Ok(read.value));
        whole_or_nothing(&written.bytes, |bytes| {
            Stored::<Share>::decode(bytes).is_ok()
        });
    }
    if let Ok(read) = Stored::<Fate>::decode(bytes.to_vec()) {
        assert_eq!(read.bytes, bytes);
        fate(&read.value, now);
        let written = Stored::encode(read.value.clone(), mark(bytes));
        let again = Stored::<Fate>::decode(written.bytes.clone());
        assert_eq!(again.map(|again| again.value), Ok(read.value));
        whole_or_nothing(&written.bytes, |bytes| {
            Stored::<Fate>::decode(bytes).is_ok()
        });
    }
}

/// What was written is exactly as long as it is; longer or shorter it is nothing.
fn whole_or_nothing(bytes: &[u8], reads: impl Fn(Vec<u8>) -> bool) {
    assert!(!reads([bytes, &[0]].concat()), "something follows a record");
    for length in (0..bytes.len()).step_by(1 + bytes.len() / 256) {
        assert!(
            !reads(bytes[..length].to_vec()),
            "{length} bytes of it are a record"
        );
    }
}

fn mark(bytes: &[u8]) -> WriterMark {
    let mark = bytes.get(1..9).and_then(|mark| mark.try_into().ok());
    WriterMark(mark.expect("a record has a mark"))
}

fn share(share: &Share, now: Timestamp) {
    let visible = share.visible(now);
    assert_eq!(Visible::from_word(visible.word()), Some(visible));
    assert!(share.tries_left() <= share.guess_limit);
    if share.is_locked() {
        assert_eq!(share.tries_left(), 0);
    }
    assert!(
        share.look_at() <= share.kept_until(),
        "nobody looks before it is gone"
    );
    let told = share.fate();
    assert_eq!(told.record_until, share.kept_until());
    assert!(!told.phase.has_ended());
    if let State::Delivering(delivery) = &share.state {
        assert!(delivery.end(share.facts.size) <= delivery.end_by_time());
        assert!(delivery.end_by_time() <= delivery.hard_end);
    }
    fate(&told, now);
}

fn fate(fate: &Fate, now: Timestamp) {
    let left = fate.without_record();
    let ended = [
        Visible::Delivered,
        Visible::BrokenOff,
        Visible::Expired,
        Visible::Revoked,
        Visible::Abandoned,
    ];
    assert!(ended.contains(&left), "without a record nothing is left");
    assert!(!fate.phase.has_ended() || fate.is_gone(now));
    assert!(fate.kept_until() >= fate.ended_at.unwrap_or(fate.record_until));
    assert!(fate.told_at() == fate.ended() || fate.started_at == Some(fate.told_at()));
    assert!(fate.last_hour.end() > Timestamp::from_millis(0));
}
