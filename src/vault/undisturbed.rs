use futures_util::future::BoxFuture;

use crate::stack::wipe_stack;

/// Runs `work` to its end, whatever becomes of the caller, and wipes the stack it ran on: the runtime calls it from higher
/// up than a request's handler, so what it leaves there lies above what is wiped at the request's end. Nothing if it
/// panicked.
pub(super) async fn undisturbed<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Option<T> {
    // Boxed, and its outcome, too: what the runtime moves over its own stack is an address.
    let work: BoxFuture<'static, Box<T>> = Box::pin(async move { Box::new(work.await) });
    let running = tokio::spawn(async move {
        let outcome = work.await;
        wipe_stack();
        outcome
    });
    running.await.ok().map(|outcome| *outcome)
}
