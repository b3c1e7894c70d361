//! A path through the model, told in words.

use onetimeshare::share::{Share, State};
use stateright::{Model as _, Path};

use crate::machine::{Action, How, Machine};
use crate::setup::ticket_of;
use crate::world::{Blob, Job, World};

/// Prints the path if `MODEL_TRACE` is set.
#[expect(
    clippy::print_stderr,
    reason = "whoever sets MODEL_TRACE wants to read it"
)]
pub(crate) fn print(machine: &Machine, property: &'static str, path: Path<World, Action>) {
    if std::env::var_os("MODEL_TRACE").is_none() {
        return;
    }
    let steps = path.into_vec();
    let holds = machine.property(property).condition;
    eprintln!("\nViolated: {property}");
    let mut before: Option<World> = None;
    for (world, action) in steps {
        if before.is_none() {
            eprintln!("      {}", state(machine, &world));
        }
        before = Some(world);
        if !holds(machine, &world) {
            return;
        }
        if let Some(action) = action {
            let after = machine.apply(&world, action).0;
            let was = state(machine, &world);
            let is = state(machine, &after);
            let what = step(&world, action);
            if is == was {
                eprintln!("  {what}");
            } else {
                eprintln!("  {what}\n      {is}");
            }
        }
    }
}

fn step(world: &World, action: Action) -> String {
    match action {
        Action::Begin(slot, job) => format!("[{slot}] begins: {job:?}"),
        Action::Crash(slot) => {
            let op = world.ops[usize::from(slot)];
            format!("[{slot}] {:?} dies at {:?}", op.job, op.at)
        }
        Action::Step(slot, how) => {
            let op = world.ops[usize::from(slot)];
            let how = match how {
                How::Well => String::new(),
                other => format!(" ({other:?})"),
            };
            format!("[{slot}] {:?}: {:?}{how}", op.job, op.at)
        }
        other => format!("{other:?}"),
    }
}

fn state(machine: &Machine, world: &World) -> String {
    let record = |rec| match machine.share(rec) {
        None => "none".to_owned(),
        Some(share) => in_short(&share.value),
    };
    let blob = match world.blob {
        Blob::Missing => "no blob".to_owned(),
        Blob::Published => "blob unclaimed".to_owned(),
        Blob::Claimed(ticket) => format!("blob claimed by {ticket}"),
    };
    let running = world.ops.iter().filter(|op| op.job != Job::Idle).count();
    format!(
        "minute {}; record {}; replica {}; {blob}; {running} under way",
        world.now,
        record(world.primary.share),
        record(world.replica.share),
    )
}

fn in_short(share: &Share) -> String {
    let guesses = match share.guesses {
        0 => String::new(),
        guesses => format!(" with {guesses} guesses"),
    };
    let state = match &share.state {
        State::Receiving { .. } => "receiving".to_owned(),
        State::Available { .. } => "available".to_owned(),
        State::Reserved { hold, .. } => format!("reserved by {}", ticket_of(&hold.ticket)),
        State::Delivering(delivery) => format!("delivering to {}", ticket_of(&delivery.ticket)),
    };
    state + &guesses
}
