//! A line between two programs that can be cut, slowed down, frozen and led elsewhere.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};

/// A TCP proxy on a loopback port of its own; it ends with the test's runtime.
pub(crate) struct Link {
    port: u16,
    condition: Arc<watch::Sender<Condition>>,
}

#[derive(Clone, Copy)]
struct Condition {
    leads_to: u16,
    whole: bool,
    frozen: bool,
    delay: Duration,
    /// Connections of an earlier time are closed.
    time: u64,
}

impl Link {
    /// A whole line to a port of this machine.
    pub(crate) async fn to(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let condition = Arc::new(watch::Sender::new(Condition {
            leads_to: port,
            whole: true,
            frozen: false,
            delay: Duration::ZERO,
            time: 0,
        }));
        let link = Self {
            port: listener.local_addr().expect("it is bound").port(),
            condition: Arc::clone(&condition),
        };
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                if condition.borrow().whole {
                    tokio::spawn(carry(near, condition.subscribe()));
                }
            }
        });
        link
    }

    /// Where to connect to.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Closes every connection, with whatever was under way, and takes no new one.
    pub(crate) fn cut(&self) {
        self.change(|condition| {
            condition.whole = false;
            condition.time += 1;
        });
    }

    /// From now on connections are taken again, and nothing is slow or frozen.
    pub(crate) fn restore(&self) {
        self.change(|condition| {
            condition.whole = true;
            condition.frozen = false;
            condition.delay = Duration::ZERO;
        });
    }

    /// Connections stay open, but nothing passes until [`Self::restore`].
    pub(crate) fn freeze(&self) {
        self.change(|condition| condition.frozen = true);
    }

    /// Every piece is that late; what is under way when the line is cut is lost.
    pub(crate) fn delay(&self, delay: Duration) {
        self.change(|condition| condition.delay = delay);
    }

    /// Closes every connection and leads new ones elsewhere.
    pub(crate) fn lead_to(&self, port: u16) {
        self.change(|condition| {
            condition.leads_to = port;
            condition.time += 1;
        });
    }

    /// Leads new connections elsewhere; those that stand stay.
    pub(crate) fn lead_new_to(&self, port: u16) {
        self.change(|condition| condition.leads_to = port);
    }

    fn change(&self, change: impl FnOnce(&mut Condition)) {
        self.condition.send_modify(change);
    }
}

async fn carry(near: TcpStream, mut condition: watch::Receiver<Condition>) {
    let now = *condition.borrow();
    let Ok(far) = TcpStream::connect(("127.0.0.1", now.leads_to)).await else {
        return;
    };
    for stream in [&near, &far] {
        stream.set_nodelay(true).expect("it is connected");
    }
    let ((from_near, to_near), (from_far, to_far)) = (near.into_split(), far.into_split());
    tokio::select! {
        () = pump(from_near, to_far, condition.clone()) => {}
        () = pump(from_far, to_near, condition.clone()) => {}
        _ = condition.wait_for(|later| later.time != now.time) => {}
    }
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut condition: watch::Receiver<Condition>,
) {
    let mut piece = vec![0; 64 << 10];
    while let Ok(length @ 1..) = from.read(&mut piece).await {
        let delay = condition.borrow().delay;
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let passable = condition
            .wait_for(|condition| !condition.frozen)
            .await
            .is_ok();
        if !passable
            || to
                .write_all(piece.get(..length).unwrap_or_default())
                .await
                .is_err()
        {
            return;
        }
    }
}
