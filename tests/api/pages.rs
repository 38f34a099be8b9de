//! The list of users read both ways, from its end and from a text, and with a slip in the search.

use serde_json::{Value, json};

use crate::academy::*;

/// The addresses of every page of `query`, from the one that `first` asks for, along `next` or `previous`.
async fn walked(caller: &Caller, query: &str, first: &str, along: &str) -> Vec<String> {
    let mut pages: Vec<Vec<String>> = Vec::new();
    let mut place = first.to_owned();
    loop {
        let page = caller.read(&format!("users?{query}&limit=4{place}")).await;
        pages.push(page["items"].as_array().unwrap().iter().map(|user| text(&user["email"])).collect());
        let Some(cursor) = page[along].as_str() else { break };
        place = format!("&cursor={cursor}");
    }
    if along == "previous" {
        pages.reverse();
    }
    pages.concat()
}

#[tokio::test]
async fn a_list_reads_backwards_as_it_reads_forwards() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for sort in
        ["name", "-email", "status", "-roles", "unit", "-unit", "groups,-name", "-expires", "delivery,unit"]
    {
        for filter in
            ["status=active,invited,pending,cancelled,expired,deleted", "role=learner", "search=example"]
        {
            let query = format!("{filter}&sort={sort}");
            let forwards = walked(&admin, &query, "", "next").await;
            assert!(forwards.len() > 8, "{query}: {forwards:?}");
            assert_eq!(walked(&admin, &query, "&last=true", "previous").await, forwards, "{query}");
        }
    }
}

#[tokio::test]
async fn the_page_before_is_the_one_that_was_left() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let first = admin.read("users?sort=-name&limit=5").await;
    assert!(first.get("previous").is_none(), "nothing comes before the first page");
    let second = admin.read(&format!("users?sort=-name&limit=5&cursor={}", text(&first["next"]))).await;
    let back = admin.read(&format!("users?sort=-name&limit=5&cursor={}", text(&second["previous"]))).await;
    assert_eq!(back["items"], first["items"]);
    assert!(back.get("previous").is_none() && back["next"].is_string());
    let last = admin.read("users?sort=-name&limit=5&last=true").await;
    assert!(last["next"].is_null() && last["previous"].is_string());
}

#[tokio::test]
async fn a_list_begins_at_a_text_and_reads_on_both_ways() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for (sort, from) in [("name", "M"), ("-name", "m"), ("email", "l"), ("-email", "Ma"), ("unit", "p")] {
        let query = format!("sort={sort}");
        let all = walked(&admin, &query, "", "next").await;
        let at = walked(&admin, &query, &format!("&from={from}"), "next").await;
        assert!(!at.is_empty() && at.len() < all.len(), "{sort}: {at:?}");
        assert_eq!(at, all[all.len() - at.len()..], "{sort}");
        let page = admin.read(&format!("users?{query}&limit=4&from={from}")).await;
        let before = format!("&cursor={}", text(&page["previous"]));
        assert_eq!(walked(&admin, &query, &before, "previous").await, all[..all.len() - at.len()], "{sort}");
    }
    let sorted = admin.emails("users?sort=-email&from=l&limit=1").await;
    assert!(
        sorted[0].starts_with('l'),
        "whichever way round, what begins with the text comes first: {sorted:?}"
    );
    let beyond = admin.read("users?sort=name&from=%F4%8F%BF%BF").await;
    assert_eq!((&beyond["items"], &beyond["next"]), (&json!([]), &Value::Null));
}

#[tokio::test]
async fn a_place_is_given_once_and_where_it_can_be() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let cursor = text(&admin.read("users?limit=2&sort=name&last=true").await["previous"]);
    for (query, pointer, code) in [
        (format!("sort=name&last=true&cursor={cursor}"), "/last", "one_place"),
        (format!("sort=name&from=a&cursor={cursor}"), "/from", "one_place"),
        ("sort=name&from=a&last=true".to_owned(), "/from", "one_place"),
        ("sort=expires&from=2027".to_owned(), "/from", "not_text"),
        (format!("sort=name&from={}", "a".repeat(201)), "/from", "too_long"),
        (format!("sort=-name&cursor={cursor}"), "/cursor", "wrong_cursor"),
        (format!("sort=name&search=a&cursor={cursor}"), "/cursor", "wrong_cursor"),
    ] {
        let wrong = admin.get(&format!("users?{query}")).await.wrong();
        assert_eq!(wrong, [(pointer.to_owned(), code.to_owned())], "{query}");
    }
}

#[tokio::test]
async fn words_of_one_or_two_letters_are_found_wherever_they_stand() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let found = async |search: &str| {
        let query: String = form_urlencoded::byte_serialize(search.as_bytes()).collect();
        let emails = admin.emails(&format!("users?sort=email&search={query}")).await;
        let counts = admin.read(&format!("users/counts?search={query}")).await;
        assert_eq!(counts["total"], json!(emails.len()), "{search}");
        emails
    };
    for search in ["qx", "伟", "q", "x.y"] {
        assert!(found(search).await.is_empty(), "{search}");
    }
    for (email, first, last) in [("jo@zq.example", "伟", "O'Qx"), ("wei@example.xyz", "Źó", "Wójcik")] {
        let person = json!({ "email": email, "first_name": first, "last_name": last });
        admin.invite(&with(ann(), &person)).await.done();
    }
    for (search, email) in [
        ("伟", "jo@zq.example"),
        ("qx", "jo@zq.example"),
        ("'q", "jo@zq.example"),
        ("@z", "jo@zq.example"),
        ("q.", "jo@zq.example"),
        ("q.e", "jo@zq.example"),
        ("Ź", "wei@example.xyz"),
        ("ZO", "wei@example.xyz"),
        ("yz", "wei@example.xyz"),
        (".x", "wei@example.xyz"),
        ("Źó wó ik", "wei@example.xyz"),
    ] {
        assert!(found(search).await.contains(&email.to_owned()), "{search}");
    }
    assert!(found("zo qx").await.is_empty(), "one has one, another the other");
}

#[tokio::test]
async fn one_slip_in_a_name_is_forgiven_where_nobody_has_the_word() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for (email, first, last) in
        [("k1@example.net", "Kåre", "Wainwright"), ("k2@example.net", "Karin", "Wainright")]
    {
        admin
            .invite(&with(ann(), &json!({ "email": email, "first_name": first, "last_name": last })))
            .await
            .done();
    }
    let found = async |search: &str| {
        let (users, counts) =
            (format!("users?sort=email&search={search}"), format!("users/counts?search={search}"));
        let emails = admin.emails(&users).await;
        assert_eq!(admin.read(&counts).await["total"], json!(emails.len()), "{search}");
        emails
    };
    for slip in ["wainwrihgt", "wanwright", "wainwwright", "weinwright", "WAINWRIGTH"] {
        assert!(found(slip).await.contains(&"k1@example.net".to_owned()), "{slip}");
    }
    assert_eq!(found("wainright").await, ["k2@example.net"], "what somebody has is no slip");
    assert_eq!(found("wainw").await, ["k1@example.net"], "the beginning of a word is no slip");
    assert_eq!(found("karni+example.net").await, ["k2@example.net"], "each word by itself");
    assert!(found("wianwrihgt").await.is_empty(), "two slips are two too many");
    assert_eq!(admin.emails("users?search=wanwright&status=active").await, Vec::<String>::new());
}
