//! Connections: accepted, each served by itself, and ended when the server stops.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower_http::timeout::RequestBodyTimeoutLayer;

/// What senders are waited for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The head of a request has to be there, and the next part of its body, after so long.
    pub request: Duration,
    /// Requests under way have to end, when the server stops, after so long.
    pub last_requests: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { request: Duration::from_secs(30), last_requests: Duration::from_secs(10) }
    }
}

/// Serves `router` to whoever connects, until `stop`; then lets requests under way end. A request of which the
/// rest does not come costs its sender the connection, so that those who send halves can't hold the server's.
pub async fn serve(listener: TcpListener, router: Router, patience: Patience, stop: CancellationToken) {
    let router = TowerToHyperService::new(router.layer(RequestBodyTimeoutLayer::new(patience.request)));
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(patience.request);
    let open = GracefulShutdown::new();
    while let Some((stream, peer)) = stop.run_until_cancelled(accepted(&listener)).await {
        // Answers are whole when they are written: waiting for more of them only makes them late.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection ended at once");
        }
        let router = router.clone();
        let service = service_fn(move |request: Request<Incoming>| answered(&router, request, peer));
        let served = open.watch(protocol.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = served.await {
                tracing::debug!(%error, "a connection ended");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(patience.last_requests, open.shutdown()).await.is_err() {
        tracing::warn!("the server stopped without waiting for requests that did not end");
    }
}

fn answered(
    router: &TowerToHyperService<Router>,
    mut request: Request<Incoming>,
    peer: SocketAddr,
) -> impl Future<Output = Result<Response, Infallible>> + use<> {
    request.extensions_mut().insert(ConnectInfo(peer));
    router.call(request.map(Body::new))
}

/// The next connection.
#[expect(clippy::disallowed_methods, reason = "nothing tells when another connection has been closed")]
async fn accepted(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_one(error.kind()) => tracing::debug!(%error, "a connection ended at once"),
            // There are too many open; others close in the meantime.
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// Whether it is about the connection that came, and says nothing of the next.
fn is_of_one(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset)
}

#[cfg(test)]
mod tests {
    use axum::routing::{get, post};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// A server that waits so many milliseconds for the rest of a request.
    #[expect(
        clippy::disallowed_methods,
        reason = "an answer that is longer on its way than a request may be"
    )]
    async fn started(milliseconds: u64) -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/", get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.to_string()))
            .route("/", post(async |body: String| body))
            .route("/slow", get(async || tokio::time::sleep(Duration::from_millis(600)).await));
        let patience =
            Patience { request: Duration::from_millis(milliseconds), last_requests: Duration::from_hours(1) };
        let stop = CancellationToken::new();
        let served = tokio::spawn(serve(listener, router, patience, stop.clone()));
        (address, stop, served)
    }

    async fn sent(address: SocketAddr, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    /// All that comes before the server closes the connection.
    async fn heard(mut stream: TcpStream) -> String {
        let mut text = Vec::new();
        stream.read_to_end(&mut text).await.unwrap();
        String::from_utf8(text).unwrap()
    }

    #[tokio::test]
    async fn half_a_request_costs_its_sender_the_connection() {
        let (address, _stop, _served) = started(100).await;
        for half in ["", "GET", "GET / HTTP/1.1\r\nHost: there\r\n"] {
            assert_eq!(heard(sent(address, half).await).await, "", "{half:?}");
        }
        let answer =
            heard(sent(address, "POST / HTTP/1.1\r\nHost: there\r\nContent-Length: 9\r\n\r\npass").await)
                .await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    }

    #[tokio::test]
    async fn an_answer_takes_as_long_as_it_takes() {
        let (address, _stop, _served) = started(500).await;
        let answer = heard(sent(address, "GET /slow HTTP/1.1\r\nHost: there\r\n\r\n").await).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    }

    #[tokio::test]
    async fn who_sends_is_known_and_requests_under_way_end_when_the_server_stops() {
        let (address, stop, served) = started(3_600_000).await;
        let stream = sent(address, "GET / HTTP/1.1\r\nHost: there\r\nConnection: close\r\n\r\n").await;
        let peer = stream.local_addr().unwrap().to_string();
        assert!(heard(stream).await.ends_with(&peer));
        let mut slow = sent(address, "GET /slow HTTP/1.1\r\nHost: there\r\n\r\n").await;
        // Its connection is accepted before this one's, and read before the answer comes.
        heard(sent(address, "GET / HTTP/1.1\r\nHost: there\r\nConnection: close\r\n\r\n").await).await;
        stop.cancel();
        let mut first = [0; 15];
        slow.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 200 OK");
        served.await.unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }
}
