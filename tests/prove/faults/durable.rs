//! What is answered was made durable before. Only a power cut would show the difference, so it is read off the system calls.

use std::{collections::HashMap, fs, path::Path};

use super::strace::Strace;
use crate::support::{Setup, content, files, ticket};

const CALLS: &str =
    "mkdir,pwrite64,fsync,linkat,rename,unlink,write,writev,sendto,sendmsg,sendmmsg";

/// One system call, from its line in the list to the line of its end.
struct Call {
    begun: usize,
    ended: usize,
    text: String,
}

/// What a server did, in the order in which it began.
struct Deeds(Vec<Call>);

impl Deeds {
    fn read(list: &str) -> Self {
        let mut calls: Vec<Call> = Vec::new();
        let mut running = HashMap::new();
        for (line, told) in list.lines().enumerate() {
            let (thread, told) = told.split_once(' ').expect("a thread and its call");
            let told = told.trim_start();
            if let Some(begin) = told.strip_suffix(" <unfinished ...>") {
                running.insert(thread, calls.len());
                calls.push(Call {
                    begun: line,
                    ended: usize::MAX,
                    text: begin.to_owned(),
                });
            } else if told.starts_with("<... ") {
                if let Some(call) = running.remove(thread) {
                    calls[call].ended = line;
                }
            } else {
                calls.push(Call {
                    begun: line,
                    ended: line,
                    text: told.to_owned(),
                });
            }
        }
        Self(calls)
    }

    /// The first of these calls that begins after `line`.
    fn after(&self, line: usize, what: &str, is: impl Fn(&str) -> bool) -> &Call {
        let mut later = self.0.iter().filter(|call| call.begun > line);
        later
            .find(|call| is(&call.text))
            .unwrap_or_else(|| panic!("never: {what}"))
    }

    /// The last of these calls that begins before `line`.
    fn before(&self, line: usize, what: &str, is: impl Fn(&str) -> bool) -> &Call {
        let mut earlier = self.0.iter().rev().filter(|call| call.begun < line);
        earlier
            .find(|call| is(&call.text))
            .unwrap_or_else(|| panic!("never before: {what}"))
    }

    /// The sync of this folder that begins once `call` has been done.
    fn sync_after(&self, call: &Call, folder: &Path) -> &Call {
        // A line that another thread interrupts ends here, without its parenthesis.
        let folder = format!("<{}>", folder.display());
        let what = format!("a sync of {folder} after {}", call.text);
        self.after(call.ended, &what, |text| {
            text.starts_with("fsync(") && text.contains(&folder)
        })
    }

    /// Where a file got this name, and the sync of all its bytes before.
    fn named(&self, line: usize, name: &Path) -> (&Call, &Call) {
        let end = format!("\"{}\", ", name.display());
        let link = self.after(line, &end, |text| {
            text.starts_with("linkat(") && text.contains(&end)
        });
        let source = link.text.split('"').nth(1).expect("two names");
        let file = match source.rsplit_once("/fd/") {
            Some((_, number)) => format!("({number}<"),
            None => format!("<{source}>"),
        };
        let of_it = |call: &'static str| {
            let file = file.clone();
            move |text: &str| text.starts_with(call) && text.contains(&file)
        };
        let written = self.before(link.begun, "its bytes", of_it("pwrite64"));
        let synced = self.after(written.ended, "a sync of its bytes", of_it("fsync"));
        (synced, link)
    }
}

/// A swap of a record.
fn swaps(text: &str) -> bool {
    text.contains("EVALSHA")
}

fn answers(status: u16) -> impl Fn(&str) -> bool {
    move |text| text.contains(&format!("HTTP/1.1 {status} "))
}

#[track_caller]
fn in_order(calls: &[&Call]) {
    for pair in calls.windows(2) {
        let (first, then) = (pair[0], pair[1]);
        assert!(
            first.ended < then.begun,
            "not done before the next began:\n{}\n{}",
            first.text,
            then.text
        );
    }
}

#[tokio::test]
async fn what_is_answered_was_durable_before() {
    let server = Setup::shared().await.start().await;
    let (client, ticket) = (server.client(), ticket());
    let bytes = content(3_000_000);
    let strace = Strace::watch(server.pid(), CALLS).await;
    let share = client.upload(&bytes, "a", &[]).await;
    let published = files::blob(server.place().data(), &share.id).unwrap();
    client.reserve(&share, &ticket, None).await;
    assert_eq!(client.download(&share, &ticket).await.body, bytes);
    let claimed = files::blob(server.place().data(), &share.id).unwrap();
    client.ack(&share, &ticket).await.expect(204);
    let deeds = Deeds::read(&strace.told().await);

    let folder = fs::canonicalize(published.parent().unwrap()).unwrap();
    let root = folder.parent().unwrap();
    let (published, claimed) = [&published, &claimed]
        .map(|blob| folder.join(blob.file_name().unwrap()))
        .into();

    // The hour's pepper, before anything is written that it will be needed for.
    let made = deeds.after(0, "the hour's folder", |text| {
        text.starts_with("mkdir(") && text.contains(&*folder.to_string_lossy())
    });
    let (pepper, link) = deeds.named(0, &folder.join("pepper"));
    let first = deeds.after(0, "a swap", swaps);
    in_order(&[pepper, link, deeds.sync_after(link, &folder), first]);
    in_order(&[made, deeds.sync_after(made, root), first]);

    // The blob, before the record says that it is available, and that before the link is told.
    let (blob, link) = deeds.named(first.ended, &published);
    let told = deeds.after(0, "201", answers(201));
    let commit = deeds.before(told.begun, "a commit", swaps);
    let kept = deeds.sync_after(link, &folder);
    in_order(&[blob, link, kept, commit, told]);

    // The claim, before the record says that it is being delivered, and that before the first byte.
    let claim = deeds.after(told.ended, "the claim", |text| {
        text.starts_with("rename(") && text.contains(&*claimed.to_string_lossy())
    });
    let recorded = deeds.after(claim.begun, "a swap", swaps);
    let bytes_leave = deeds.after(claim.begun, "200", answers(200));
    let kept = deeds.sync_after(claim, &folder);
    in_order(&[claim, kept, recorded, bytes_leave]);

    // The removal, before it is said to have ended.
    let removal = deeds.after(bytes_leave.ended, "the removal", |text| {
        text.starts_with("unlink(") && text.contains(&*claimed.to_string_lossy())
    });
    let told = deeds.after(bytes_leave.ended, "204", answers(204));
    in_order(&[removal, deeds.sync_after(removal, &folder), told]);
    server.finish().await;
}

#[tokio::test]
async fn an_end_that_nobody_ordered_is_durable_before_its_line_is_struck() {
    let server = Setup::shared()
        .await
        .set("DELIVERY_GRACE", "0")
        .start()
        .await;
    let (client, ticket) = (server.client(), ticket());
    let bytes = content(100_000);
    let share = client.upload(&bytes, "a", &[]).await;
    let folder = files::blob(server.place().data(), &share.id).unwrap();
    let folder = fs::canonicalize(folder.parent().unwrap()).unwrap();
    client.reserve(&share, &ticket, None).await;
    let strace = Strace::watch(server.pid(), CALLS).await;
    assert_eq!(client.download(&share, &ticket).await.body, bytes);
    server.nothing_is_left().await;
    let deeds = Deeds::read(&strace.told().await);

    // Its last swap destroys the key.
    let claimed = format!("{}.", share.id);
    let removal = deeds.after(0, "the removal", |text| {
        text.starts_with("unlink(") && text.contains(&claimed)
    });
    let ended = deeds.before(removal.begun, "the end", swaps);
    let kept = deeds.sync_after(removal, &folder);
    let struck = deeds.after(removal.ended, "the strike", |text| text.contains("ZREM"));
    in_order(&[ended, removal, kept, struck]);
    server.finish().await;
}
