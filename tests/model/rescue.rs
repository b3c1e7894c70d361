//! What can still be done from a state when every operation under way dies in this moment: by one helper alone, step by
//! step through the same functions, without a further failure. Only what Redis and the blob store hold counts then, so the
//! answers are kept by that. A share is never owed and due at once, so one memory serves both questions.

use crate::machine::{Action, How, Machine};
use crate::promises::is_owed;
use crate::records::Rec;
use crate::setup::at;
use crate::world::{At, Blob, Job, Keys, Op, SLOTS, World};

/// Waiting longer never helps: every hold in the model is shorter.
const PATIENCE: u8 = 4;
const TICKETS: [u8; 2] = [1, 2];

impl Machine {
    /// No dead end: while the record promises it and the bytes are there, the holder of some ticket can fetch all of them,
    /// perhaps after the owner's unlock, a sweep, or a wait for what has lapsed.
    pub(crate) fn somebody_can_be_served(&self, world: &World) -> bool {
        let Some(share) = self.share(world.primary.share) else {
            return true;
        };
        if !is_owed(&share.value, world.blob, world.now) {
            return true;
        }
        self.remembered(world, |machine, alone| {
            (0..PATIENCE).any(|wait| {
                let mut waited = *alone;
                for _ in 0..wait {
                    waited = machine.apply(&waited, Action::Tick).0;
                }
                TICKETS.iter().any(|ticket| {
                    machine.serves(&waited, *ticket) || {
                        let swept = machine.alone(&waited, Job::Sweep).0;
                        machine.serves(&swept, *ticket)
                    }
                })
            })
        })
    }

    /// What is over, by the record's own rule or because a fate says so, is gone after one sweep.
    pub(crate) fn what_is_due_can_be_carried_out(&self, world: &World) -> bool {
        let now = at(world.now);
        let due = match (
            self.share(world.primary.share),
            self.table.fate(world.primary.fate),
        ) {
            (Some(share), _) => now >= share.value.look_at(),
            (None, Some(fate)) => fate.value.is_gone(now) && world.blob != Blob::Missing,
            (None, None) => false,
        };
        if !due {
            return true;
        }
        self.remembered(world, |machine, alone| {
            let swept = machine.alone(alone, Job::Sweep).0;
            swept.blob == Blob::Missing && swept.primary.share == Rec::NONE
        })
    }

    fn remembered(&self, world: &World, find_out: impl Fn(&Self, &World) -> bool) -> bool {
        let key = (world.now, world.primary, world.blob);
        if let Some(known) = self.rescues.lock().unwrap().get(&key) {
            return *known;
        }
        let mut alone = *world;
        alone.ops = [Op::default(); SLOTS];
        alone.late = None;
        alone.replica = Keys::default();
        let found = find_out(self, &alone);
        self.rescues.lock().unwrap().insert(key, found);
        found
    }

    /// Whether the ticket's holder gets all the bytes now: the reservation is granted, and every unit leaves.
    fn serves(&self, world: &World, ticket: u8) -> bool {
        let unlocked = self.alone(world, Job::Unlock).0;
        let (reserved, granted) = self.alone(&unlocked, Job::Reserve(ticket));
        let mut world = reserved;
        world.past.got = [0; 2];
        let (delivered, _) = self.alone(&world, Job::Deliver(ticket, 0));
        granted && delivered.past.got_in_one_piece(ticket) == self.setup.units
    }

    /// One operation from its beginning to its end, with nobody else around.
    fn alone(&self, world: &World, job: Job) -> (World, bool) {
        let (mut world, mut granted) = self.apply(world, Action::Begin(0, job));
        while let Some(how) = next(&world.ops[0], self.setup.units) {
            (world, granted) = self.apply(&world, Action::Step(0, how));
        }
        (world, granted)
    }
}

fn next(op: &Op, units: u8) -> Option<How> {
    match op.at {
        _ if op.job == Job::Idle => None,
        At::Stream if op.may_send(units) => Some(How::Send),
        At::Stream => Some(How::Close),
        _ => Some(How::Well),
    }
}
