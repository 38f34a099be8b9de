//! Managing people over real HTTP: every action, for one and for many, and taking it back.

mod courses;
mod edit;
mod invitations;
mod jobs;
mod machine;
mod matrix;
mod presence;
mod undo;

use reqwest::Method;
use serde_json::{Value, json};

use crate::academy::{Answer, Caller, id, text};

/// Changes one user; `what` is the end of the path: `/invitation/resend`, or nothing.
async fn change(caller: &Caller, method: Method, (user, what): (u128, &str), body: &Value) -> Answer {
    let path = format!("users/{}{what}", id(user));
    caller.send(method, &path, &caller.key(), body).await
}

async fn post(caller: &Caller, at: (u128, &str), body: &Value) -> Answer {
    change(caller, Method::POST, at, body).await
}

async fn edit_user(caller: &Caller, user: u128, body: &Value) -> Answer {
    change(caller, Method::PATCH, (user, ""), body).await
}

async fn user(caller: &Caller, user: u128) -> Value {
    caller.read(&format!("users/{}", id(user))).await
}

async fn status(caller: &Caller, n: u128) -> String {
    text(&user(caller, n).await["status"])
}

/// Begins a job; how it stands once it is over.
async fn run_job(caller: &Caller, body: &Value) -> Value {
    let job = caller.post("jobs", &caller.key(), body).await.done();
    over(caller, &text(&job["id"])).await
}

/// What a job would do.
async fn try_job(caller: &Caller, body: &Value) -> Value {
    let job = caller.post("jobs?dry_run=true", &caller.key(), body).await.done();
    over(caller, &text(&job["id"])).await
}

/// Takes a change back; how the job stands once it is over.
async fn undo(caller: &Caller, change: &str) -> Value {
    let job = caller.post(&format!("changes/{change}/undo"), &caller.key(), &Value::Null).await.done();
    over(caller, &text(&job["id"])).await
}

pub async fn over(caller: &Caller, job: &str) -> Value {
    for _ in 0..100_000 {
        let job = caller.read(&format!("jobs/{job}")).await;
        if !["running", "taking_back"].contains(&text(&job["state"]).as_str()) {
            return job;
        }
        tokio::task::yield_now().await;
    }
    panic!("the job {job} does not end");
}

/// What became of the users of a job: address, result, code.
async fn results(caller: &Caller, job: &Value, query: &str) -> Vec<(String, String, Value)> {
    let page = caller.read(&format!("jobs/{}/results{query}", text(&job["id"]))).await;
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| (text(&item["email"]), text(&item["result"]), item["code"].clone())).collect()
}

fn users(list: &[u128]) -> Value {
    json!({ "users": list.iter().map(|n| id(*n)).collect::<Vec<_>>() })
}
