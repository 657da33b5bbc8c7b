//! Accepts connections and serves them until the end: how many there may be, how long each may keep the portal waiting
//! for a request, and which of them the end waits for. Knows nothing of requests.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::shutdown::Shutdown;

/// What connections may cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Open at a time. Those beyond wait in the system's queue until one ends; none is refused.
    pub(crate) connections: u32,
    /// Longest time from the connection to the end of the first request's head.
    pub(crate) first_head: Duration,
    /// Longest time from an answer to the end of the next request's head. Proxies usually give an idle connection up
    /// after 60 s; were it closed here before, the end could cross with a request.
    pub(crate) next_head: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 8192, first_head: Duration::from_secs(10), next_head: Duration::from_secs(75) }
    }
}

/// Serves until the shutdown begins. Then no connection is accepted any more, those without a request under way end at
/// once, and this returns when the others have had their answers.
pub(crate) async fn serve(mut listener: TcpListener, router: Router, limits: Limits, shutdown: Shutdown) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.next_head);
    // The routes are finished here, and not again for each request.
    let service = TowerToHyperService::new(router.with_state(()));
    let serving = Serving { http, service, first_head: limits.first_head, shutdown: shutdown.clone() };
    let places = Arc::new(Semaphore::new(limits.connections as usize));
    let accepting = async {
        // Nobody closes the semaphore, so this goes on for ever.
        while let Ok(place) = places.clone().acquire_owned().await {
            let (stream, _) = Listener::accept(&mut listener).await;
            let serving = serving.clone();
            tokio::spawn(async move {
                serving.connection(stream).await;
                drop(place);
            });
        }
    };
    tokio::select! {
        () = shutdown.begun() => {}
        () = accepting => {}
    }
    drop(listener);
    let _all_have_ended = places.acquire_many(limits.connections).await;
}

/// What a connection needs.
#[derive(Clone)]
struct Serving {
    http: http1::Builder,
    service: TowerToHyperService<Router>,
    first_head: Duration,
    shutdown: Shutdown,
}

impl Serving {
    async fn connection(self, stream: TcpStream) {
        // Small answers must not wait for a full packet. A connection that refuses is closed already.
        let _closed_already = stream.set_nodelay(true);
        // Before the first request is complete there is nothing to wait for. Later the protocol itself knows whether the
        // connection rests, and half a head does not change that.
        let was_asked = AtomicBool::new(false);
        let service = service_fn(|request: hyper::Request<Incoming>| {
            was_asked.store(true, Ordering::Relaxed);
            self.service.call(request)
        });
        let mut served = pin!(self.http.serve_connection(TokioIo::new(stream), service));
        let mut patience = pin!(tokio::time::sleep(self.first_head));
        let mut end = pin!(self.shutdown.begun());
        let (mut is_new, mut is_ending) = (true, false);
        loop {
            tokio::select! {
                biased;
                ended = served.as_mut() => {
                    if let Err(error) = ended {
                        tracing::trace!(%error, "a connection broke off: {error}");
                    }
                    return;
                }
                () = patience.as_mut(), if is_new => is_new = false,
                () = end.as_mut(), if !is_ending => {
                    is_ending = true;
                    served.as_mut().graceful_shutdown();
                }
            }
            if !was_asked.load(Ordering::Relaxed) {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    /// Longer than any limit that a test is about.
    const LONG: Duration = Duration::from_secs(60);

    async fn serving(limits: Limits) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(async || "done");
        tokio::spawn(serve(listener, router, limits, Shutdown::on_signal().unwrap()));
        address
    }

    /// A connection on which this was sent.
    async fn sent(address: SocketAddr, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream
    }

    /// Waits for an answer and returns whether one came; it did not when the connection ended.
    async fn is_answered(stream: &mut TcpStream) -> bool {
        let mut text = Vec::new();
        while !text.ends_with(b"done") {
            // Whoever closes with bytes unread resets the connection, which is an end as well.
            if stream.read_buf(&mut text).await.unwrap_or_default() == 0 {
                return false;
            }
        }
        true
    }

    #[tokio::test]
    async fn whoever_sends_no_request_is_given_up() {
        let first_head = Duration::from_millis(50);
        let address = serving(Limits { connections: 9, first_head, next_head: LONG }).await;
        let mut asking = sent(address, REQUEST).await;
        assert!(is_answered(&mut asking).await);
        for bytes in [&b""[..], b"GE", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "] {
            let mut slow = sent(address, bytes).await;
            let answered = tokio::time::timeout(LONG, is_answered(&mut slow)).await;
            assert_eq!(answered, Ok(false), "{bytes:?}");
        }
        // By now it is older than the limit, which is not about it.
        asking.write_all(REQUEST).await.unwrap();
        assert!(is_answered(&mut asking).await, "a connection that was used may rest");
    }

    #[tokio::test]
    async fn whoever_sends_no_further_request_is_given_up() {
        let next_head = Duration::from_millis(50);
        let address = serving(Limits { connections: 9, first_head: LONG, next_head }).await;
        for more in [&b""[..], b"GET / HTTP/1.1\r\nHo"] {
            let mut stream = sent(address, REQUEST).await;
            assert!(is_answered(&mut stream).await);
            stream.write_all(more).await.unwrap();
            let answered = tokio::time::timeout(LONG, is_answered(&mut stream)).await;
            assert_eq!(answered, Ok(false), "{more:?}");
        }
    }

    #[tokio::test]
    async fn connections_beyond_the_limit_wait() {
        let address = serving(Limits { connections: 1, first_head: LONG, next_head: LONG }).await;
        let mut first = sent(address, REQUEST).await;
        assert!(is_answered(&mut first).await);
        let mut second = sent(address, REQUEST).await;
        let mut answer = pin!(is_answered(&mut second));
        tokio::time::timeout(Duration::from_millis(100), answer.as_mut()).await.expect_err("it waits");
        drop(first);
        assert!(answer.await, "and has its turn");
    }
}
