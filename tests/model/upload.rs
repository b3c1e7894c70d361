//! `vault/deposit`: the record from the first byte on, the blob, the commit.

use onetimeshare::share::Share;

use crate::machine::How;
use crate::records::Rec;
use crate::redis::Sent;
use crate::setup::{at, link_wrap};
use crate::turn::Turn;
use crate::world::{At, Blob};

impl Turn<'_> {
    /// `Vault::deposit`, up to its write.
    pub(crate) fn begin_upload(&mut self) {
        let setup = &self.machine.setup;
        let share = Share::receiving(setup.facts(self.world.now), self.now(), &setup.times());
        self.world.past.uploaded = true;
        self.prepare_share(&share);
        self.go(At::FirstWrite);
    }

    /// `Deposit::write`, `renew`, `publish`, `write_commit`.
    pub(crate) fn upload(&mut self, how: How) {
        match self.op().at {
            At::FirstWrite => match self.send(how) {
                Sent::Done => self.go(At::Receiving),
                Sent::Conflict | Sent::Unknown => self.finish(),
                Sent::Again => {}
            },
            // The client goes away.
            At::Receiving if how == How::Close => self.go(At::TakeBack),
            At::Receiving if how == How::Report => {
                let (now, times) = (self.now(), self.machine.setup.times());
                match self.share().renew_upload(now, &times) {
                    Ok(next) => {
                        self.prepare_share(&next);
                        self.go(At::RenewWrite);
                    }
                    Err(_) => self.go(At::TakeBack),
                }
            }
            At::Receiving => {
                self.world.blob = Blob::Published;
                self.go(At::Commit);
            }
            At::RenewWrite => {
                self.sent_or_taken_back(how);
            }
            At::Commit => {
                let setup = &self.machine.setup;
                let expires = at(self.world.now + setup.expiry);
                let next =
                    self.share()
                        .commit(setup.size(), expires, setup.stretching(), link_wrap());
                self.op_mut().now = self.world.now + setup.expiry;
                self.prepare_share(&next.expect("it is receiving"));
                self.go(At::CommitWrite);
            }
            At::CommitWrite => {
                let expires = self.op().now;
                if self.sent_or_taken_back(how) {
                    self.world.past.acknowledged = true;
                    self.world.past.expires = expires;
                    self.finish();
                }
            }
            _ => self.take_back(),
        }
    }

    /// The deposit keeps the record it wrote last: what fails is taken back from there.
    fn sent_or_taken_back(&mut self, how: How) -> bool {
        match self.send(how) {
            Sent::Done => {
                self.go(At::Receiving);
                return true;
            }
            Sent::Conflict | Sent::Unknown => {
                self.op_mut().share = Rec::NONE;
                self.op_mut().now = 0;
                self.go(At::TakeBack);
            }
            Sent::Again => {}
        }
        false
    }
}
