use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::future::BoxFuture;

/// Work on the runtime of one thread that must be done even if that runtime ends first: then it is begun anew elsewhere.
/// To begin it anew has to be safe at every point.
pub(super) struct Handover {
    here: BoxFuture<'static, ()>,
    elsewhere: Option<Box<dyn FnOnce() + Send>>,
}

impl Handover {
    pub(super) fn new(
        here: impl Future<Output = ()> + Send + 'static,
        elsewhere: impl FnOnce() + Send + 'static,
    ) -> Self {
        Self {
            here: Box::pin(here),
            elsewhere: Some(Box::new(elsewhere)),
        }
    }
}

impl Future for Handover {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        ready!(self.here.as_mut().poll(cx));
        self.elsewhere = None;
        Poll::Ready(())
    }
}

impl Drop for Handover {
    fn drop(&mut self) {
        if let Some(begin) = self.elsewhere.take() {
            begin();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use tokio::runtime::{Builder, Runtime};

    use super::*;

    fn runtime() -> Runtime {
        Builder::new_current_thread().enable_all().build().unwrap()
    }

    #[test]
    fn work_that_is_done_is_not_begun_anew() {
        let (done, begun) = mpsc::channel();
        let here = runtime();
        let elsewhere = done.clone();
        let work = Handover::new(async move { done.send("here").unwrap() }, move || {
            elsewhere.send("elsewhere").unwrap();
        });
        here.block_on(async { tokio::spawn(work).await.unwrap() });
        drop(here);
        assert_eq!(begun.iter().collect::<Vec<_>>(), ["here"]);
    }

    #[test]
    fn work_whose_runtime_ends_is_begun_anew() {
        let (done, begun) = mpsc::channel();
        let here = runtime();
        let (never, elsewhere) = (done.clone(), done);
        let work = Handover::new(
            async move {
                tokio::time::sleep(Duration::from_hours(1)).await;
                never.send("here").unwrap();
            },
            move || elsewhere.send("elsewhere").unwrap(),
        );
        here.block_on(async {
            tokio::spawn(work);
            tokio::task::yield_now().await;
        });
        drop(here);
        assert_eq!(begun.iter().collect::<Vec<_>>(), ["elsewhere"]);
    }
}
