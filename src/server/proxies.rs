//! Who sends a request that came through a proxy: for the record, and for limits by address.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderName;
use axum::middleware::Next;
use axum::response::Response;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Puts the sender's address in the place of the proxy's, where one of `proxies` sent the request.
/// Anybody can write the header; of others it is not believed.
pub async fn unmasked(State(proxies): State<Arc<[IpAddr]>>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    if let Some(peer) = peer.filter(|peer| proxies.contains(peer)) {
        let headers = request.headers().get_all(FORWARDED_FOR);
        let said: Vec<&str> = headers.iter().filter_map(|value| value.to_str().ok()).collect();
        let sender = SocketAddr::new(sender(peer, &said.join(","), &proxies), 0);
        request.extensions_mut().insert(ConnectInfo(sender));
    }
    next.run(request).await
}

/// The last address that no proxy has. What stands before it was written by the sender.
fn sender(peer: IpAddr, said: &str, proxies: &[IpAddr]) -> IpAddr {
    let mut nearest = peer;
    for address in said.rsplit(',').map(|part| part.trim().parse::<IpAddr>()) {
        let Ok(address) = address else { break };
        nearest = address.to_canonical();
        if !proxies.contains(&nearest) {
            break;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_proxy_wrote_is_believed() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let proxies = [address("10.0.0.1"), address("10.0.0.2")];
        for (said, expected) in [
            ("", "10.0.0.1"),
            ("203.0.113.7", "203.0.113.7"),
            ("192.0.2.1, 203.0.113.7", "203.0.113.7"),
            ("203.0.113.7, 10.0.0.2", "203.0.113.7"),
            ("made up, 203.0.113.7", "203.0.113.7"),
            ("made up", "10.0.0.1"),
            ("2001:db8::7", "2001:db8::7"),
        ] {
            assert_eq!(sender(address("10.0.0.1"), said, &proxies), address(expected), "{said:?}");
        }
    }
}
