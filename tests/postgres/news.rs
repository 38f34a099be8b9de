//! What one server changes is heard of at another.

use admit::server::store::Store;
use admit::server::store::news::Heard;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::academy::*;
use crate::values;

#[tokio::test]
#[ignore = "needs a PostgreSQL server"]
async fn a_listener_at_one_server_hears_what_another_changed() {
    let academy = Academy::open().await;
    let beside = academy.beside().await;
    let admin = academy.admin().await;
    let path = "/api/v1/workspaces/academy/events";
    let mut heard = admin.at(&beside).request(reqwest::Method::GET, path).send().await.unwrap();
    let mut text = String::new();
    // The greeting comes once it listens.
    while !text.contains("\n\n") {
        text.push_str(std::str::from_utf8(&heard.chunk().await.unwrap().unwrap()).unwrap());
    }
    let user = admin.invite(&ann()).await.done()["user"]["id"].as_str().unwrap().to_owned();
    while !text.contains(&user) {
        text.push_str(std::str::from_utf8(&heard.chunk().await.unwrap().unwrap()).unwrap());
    }
    assert!(text.contains("event: users"), "{text}");
}

#[tokio::test]
#[ignore = "needs a PostgreSQL server"]
async fn a_broken_line_is_listened_on_anew_and_says_that_something_may_be_missed() {
    let academy = Academy::open().await;
    let store = Store::open(&academy.database.address).await.unwrap();
    let mut told = store.newsroom().listen();
    let (began, listening) = oneshot::channel();
    let stop = CancellationToken::new();
    let relay = {
        let (store, stop) = (store.clone(), stop.clone());
        tokio::spawn(async move { store.relay_news(began, stop).await })
    };
    listening.await.unwrap_err();
    let end = "SELECT CAST(COUNT(pg_terminate_backend(pid)) AS BIGINT) FROM pg_stat_activity \
               WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    assert!(academy.database.numbers(end, values![]).await[0] >= 1);
    assert!(matches!(told.recv().await.unwrap(), Heard::Gap), "when the line broke");
    assert!(matches!(told.recv().await.unwrap(), Heard::Gap), "when it listens again");
    academy.admin().await.invite(&ann()).await.done();
    assert!(matches!(told.recv().await.unwrap(), Heard::Told(_)));
    stop.cancel();
    relay.await.unwrap();
}
