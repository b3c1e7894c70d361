//! The model as the checker runs it: which steps are possible in a state, and what each does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use onetimeshare::share::{Share, Stored};
use stateright::{Model, Property};

use crate::promises;
use crate::records::{Rec, Table};
use crate::setup::{Role, Setup};
use crate::turn::Turn;
use crate::world::{At, Blob, Job, Keys, Op, Past, SLOTS, World};

/// A model with its records.
pub(crate) struct Machine {
    pub(crate) setup: Setup,
    pub(crate) table: Table,
    /// What was found out about states from which nobody does anything but one helper.
    pub(crate) rescues: Mutex<HashMap<(u8, Keys, Blob), bool>>,
}

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// An operation begins in this slot.
    Begin(u8, Job),
    /// The operation in this slot does its next thing.
    Step(u8, How),
    /// The server that runs it dies, or the request is cut off.
    Crash(u8),
    Tick,
    /// The replica catches up.
    Replicate,
    Failover,
    /// Redis carries out the command whose sender has given up.
    Late,
}

/// How a step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// The call is answered.
    Well,
    /// It is carried out, its reply is lost, and it will be sent again.
    Lost,
    /// It is not carried out, and it will be sent again.
    Cut,
    /// It is not carried out, and the caller gives up.
    Failed,
    /// The caller gives up, and it may still be carried out later.
    Late,
    /// A unit of content leaves.
    Send,
    /// The stream's keeper begins a report.
    Report,
    /// The stream is over: all sent, or its client is gone.
    Close,
}

impl Machine {
    pub(crate) fn new(setup: Setup) -> Self {
        Self {
            setup,
            table: Table::default(),
            rescues: Mutex::default(),
        }
    }

    /// The record as a read finds it.
    pub(crate) fn share(&self, rec: Rec) -> Option<Arc<Stored<Share>>> {
        self.table.share(rec)
    }

    /// What the step leads to.
    pub(crate) fn apply(&self, before: &World, action: Action) -> (World, bool) {
        let mut world = *before;
        let mut turn = Turn {
            machine: self,
            world: &mut world,
            slot: match action {
                Action::Begin(slot, _) | Action::Step(slot, _) | Action::Crash(slot) => slot.into(),
                _ => 0,
            },
            granted: false,
        };
        match action {
            Action::Begin(_, job) => turn.begin(job),
            Action::Step(_, how) => turn.step(how),
            Action::Crash(_) => turn.finish(),
            Action::Tick => {
                turn.world.now += 1;
                turn.expire_keys();
            }
            Action::Replicate => turn.world.replica = turn.world.primary,
            Action::Failover => turn.fail_over(),
            Action::Late => {
                if let Some(swap) = turn.world.late.take() {
                    turn.run_script(swap);
                }
            }
        }
        let granted = turn.granted;
        (world, granted)
    }

    fn jobs(&self, role: Role, world: &World, jobs: &mut Vec<Job>) {
        let past = &world.past;
        match role {
            // The link and the sender's key come with the answer to the upload.
            _ if !past.acknowledged && role != Role::Uploader && role != Role::Sweeper => {}
            Role::Client(ticket) => {
                jobs.push(Job::Reserve(ticket));
                jobs.push(Job::Deliver(ticket, 0));
                let got = past.got_in_one_piece(ticket);
                if got == self.setup.units {
                    jobs.push(Job::Acknowledge(ticket));
                } else if got > 0 {
                    jobs.push(Job::Deliver(ticket, got));
                }
            }
            Role::Guesser(ticket) => jobs.push(Job::Guess(ticket)),
            Role::Owner => jobs.push(Job::Revoke),
            Role::Unlocker if past.unlocks == 0 => jobs.push(Job::Unlock),
            Role::Sweeper => jobs.push(Job::Sweep),
            Role::Uploader if !past.uploaded => jobs.push(Job::Upload),
            Role::Unlocker | Role::Uploader => {}
        }
    }
}

impl Model for Machine {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        let mut world = World {
            now: 0,
            primary: Keys::default(),
            replica: Keys::default(),
            blob: Blob::Missing,
            ops: [Op::default(); SLOTS],
            late: None,
            past: Past::default(),
        };
        if !self.setup.from_upload {
            let share = self.setup.committed();
            world.primary = Keys {
                share: self.table.write(&share, false, |_| false),
                fate: self.table.write_fate(&share.fate(), false, |_| false),
            };
            world.blob = Blob::Published;
            world.past.acknowledged = true;
            world.past.uploaded = true;
            world.past.expires = self.setup.expiry;
        }
        if self.setup.failovers > 0 {
            world.replica = world.primary;
        }
        vec![world]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        let mut jobs = Vec::new();
        for (slot, role) in (0..).zip(&self.setup.roles) {
            let op = &world.ops[usize::from(slot)];
            if op.job == Job::Idle {
                jobs.clear();
                self.jobs(*role, world, &mut jobs);
                actions.extend(jobs.iter().map(|job| Action::Begin(slot, *job)));
                continue;
            }
            actions.push(Action::Crash(slot));
            if op.at == At::Stream {
                if op.may_send(self.setup.units) {
                    actions.push(Action::Step(slot, How::Send));
                }
                actions.push(Action::Step(slot, How::Report));
                actions.push(Action::Step(slot, How::Close));
                continue;
            }
            actions.push(Action::Step(slot, How::Well));
            if op.at == At::Receiving {
                actions.push(Action::Step(slot, How::Report));
                actions.push(Action::Step(slot, How::Close));
            }
            if op.is_streaming() && op.may_send(self.setup.units) {
                actions.push(Action::Step(slot, How::Send));
            }
            if op.at.is_write() && self.setup.lost_replies {
                actions.push(Action::Step(slot, How::Lost));
                actions.push(Action::Step(slot, How::Failed));
                if op.at.minds_resending() {
                    actions.push(Action::Step(slot, How::Cut));
                }
                if self.setup.late_commands && world.late.is_none() {
                    actions.push(Action::Step(slot, How::Late));
                }
            }
        }
        if world.now < self.setup.ticks {
            actions.push(Action::Tick);
        }
        if world.past.failovers < self.setup.failovers && world.replica != world.primary {
            actions.push(Action::Replicate);
            actions.push(Action::Failover);
        }
        if world.late.is_some() {
            actions.push(Action::Late);
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let (next, _) = self.apply(world, action);
        (next != *world).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        promises::all(&self.setup)
    }
}
