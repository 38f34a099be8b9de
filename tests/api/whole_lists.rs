//! Whole lists of units, groups and courses: what is in them, who gets them, when they are another, and
//! what is likely meant of one that is too long.

use admit::api::whole_list::{Item, Kind};
use admit::client::http::{ClientTools, Connection, HttpClient};
use admit::client::retry::OF_A_SCREEN;
use admit::client::whole_list::WholeList;
use admit::client::{ClientError, Fetched, ListSource, WantedList};
use admit::domain::entropy::SeededEntropy;
use reqwest::Method;
use reqwest::header::{ACCEPT_ENCODING, IF_NONE_MATCH};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::academy::*;
use crate::values;

/// The lines of a whole list, without the first and the last, which have to fit them.
async fn lines(caller: &Caller, kind: Kind) -> Vec<String> {
    let answer = caller.get(&format!("{}/all", kind.many())).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/tab-separated-values"));
    let text = answer.text();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (head, end) = (lines.remove(0), lines.pop().unwrap());
    assert_eq!(
        head,
        format!("{}\t{}\t{}", kind.many(), answer.header("etag").trim_matches('"'), lines.len())
    );
    assert_eq!(end, format!("end\t{}", lines.len()));
    lines
}

async fn etag(caller: &Caller, list: &str) -> String {
    caller.get(&format!("{list}/all")).await.header("etag").to_owned()
}

async fn asked_by_tag(caller: &Caller, list: &str, tag: &str) -> Answer {
    Answer::of(caller.request(Method::GET, &format!("{list}/all")).header(IF_NONE_MATCH, tag)).await
}

#[tokio::test]
async fn a_whole_list_is_that_of_all_pages_in_its_order() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for kind in Kind::ALL {
        let page = admin.read(&format!("{}?limit=500", kind.many())).await;
        let lines = lines(&admin, kind).await;
        let items: Vec<Item<'_>> = lines.iter().map(|line| Item::read(line, kind).unwrap()).collect();
        let wanted = page["items"].as_array().unwrap();
        assert!(!items.is_empty() && items.len() == wanted.len(), "{}", kind.many());
        for (item, wanted) in items.iter().zip(wanted) {
            assert_eq!(json!(item.id), wanted["id"]);
            let name = if kind == Kind::Courses { "title" } else { "name" };
            assert_eq!(json!(item.name), wanted[name]);
            match kind {
                Kind::Units => {
                    assert_eq!(json!(item.note), wanted["path"]);
                    assert_eq!(
                        (json!(item.parent), json!(item.level)),
                        (wanted["parent_id"].clone(), wanted["level"].clone())
                    );
                }
                Kind::Groups => assert_eq!(item.note, ""),
                Kind::Courses => assert_eq!(json!(item.note), wanted["subject"]),
            }
        }
    }
}

#[tokio::test]
async fn a_list_is_another_only_once_it_was_changed() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let (courses, groups) = (etag(&admin, "courses").await, etag(&admin, "groups").await);
    assert_eq!(asked_by_tag(&admin, "courses", &courses).await.status, 304);
    assert_eq!(asked_by_tag(&admin, "courses", &format!("\"x\", W/{courses}")).await.status, 304);
    assert_eq!(asked_by_tag(&admin, "courses", &groups).await.status, 200, "the tag of another list");
    let course = json!({ "title": "Zero waste", "subject": "Catering" });
    let made = admin.post("courses", &admin.key(), &course).await.done();
    let answer = asked_by_tag(&admin, "courses", &courses).await;
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("Zero waste\tCatering\n") && answer.header("etag") != courses);
    assert_eq!(asked_by_tag(&admin, "groups", &groups).await.status, 304, "groups were not changed");
    let path = format!("courses/{}", made["id"].as_str().unwrap());
    let mut tags = vec![courses, answer.header("etag").to_owned()];
    for change in
        [json!({ "subject": "Kitchen" }), json!({ "title": "No waste" }), json!({ "title": "Zero waste" })]
    {
        admin.send(Method::PATCH, &path, &admin.key(), &change).await.done();
        tags.push(etag(&admin, "courses").await);
    }
    admin.send(Method::DELETE, &path, &admin.key(), &Value::Null).await.done();
    tags.push(etag(&admin, "courses").await);
    let count = tags.len();
    tags.sort_unstable();
    tags.dedup();
    assert_eq!(tags.len(), count, "no state comes back to the tag of one before");
}

#[tokio::test]
async fn what_changes_nothing_leaves_the_tag() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let before = etag(&admin, "units").await;
    let unit = json!({ "name": "Whitby", "parent": id(YORKSHIRE) });
    admin.post("units?dry_run=true", &admin.key(), &unit).await.done();
    let taken = json!({ "name": "York", "parent": id(YORKSHIRE) });
    assert_eq!(admin.post("units", &admin.key(), &taken).await.status, 422);
    assert_eq!(etag(&admin, "units").await, before);
    admin.post("units", &admin.key(), &unit).await.done();
    assert_ne!(etag(&admin, "units").await, before);
}

#[tokio::test]
async fn a_manager_gets_the_units_managed_and_another_tag_with_other_units() {
    let academy = Academy::open().await;
    let (admin, manager) = (academy.admin().await, academy.manager().await);
    let units = lines(&manager, Kind::Units).await;
    let paths = units.iter().map(|line| line.rsplit('\t').next().unwrap()).collect::<Vec<_>>();
    let page = manager.read("units?limit=500").await;
    let wanted: Vec<_> = page["items"].as_array().unwrap().iter().map(|unit| text(&unit["path"])).collect();
    assert_eq!(paths, wanted);
    assert!(units.len() < lines(&admin, Kind::Units).await.len());
    let before = etag(&manager, "units").await;
    assert_ne!(before, etag(&admin, "units").await);
    let (courses, groups) = (etag(&manager, "courses").await, etag(&manager, "groups").await);
    assert_eq!((courses, groups), (etag(&admin, "courses").await, etag(&admin, "groups").await));
    academy.database.run("UPDATE units_managed SET unit_id = ?", values![id(SALES)]).await;
    let answer = asked_by_tag(&manager, "units", &before).await;
    assert_eq!(answer.status, 200, "no unit was changed, but those that are managed");
    assert!(answer.text().contains("Sales"));
}

#[tokio::test]
async fn who_may_not_see_people_gets_no_list() {
    let academy = Academy::open().await;
    let learner = academy.caller("learner@example.org").await;
    for kind in Kind::ALL {
        let path = format!("{}/all", kind.many());
        assert_eq!(academy.holder(None).get(&path).await.problem().status, 401);
        assert_eq!(learner.get(&path).await.problem().status, 403);
        let elsewhere = format!("/api/v1/workspaces/harbour/{path}");
        assert_eq!(academy.admin().await.get(&elsewhere).await.problem().status, 404);
        assert_eq!(learner.get(&format!("{path}?most=many")).await.status, 403);
        assert_eq!(academy.admin().await.get(&format!("{path}?most=many")).await.wrong()[0].0, "/most");
    }
}

#[tokio::test]
async fn a_hostile_name_is_one_harmless_field() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let workspace = admin.read("/api/v1/session").await["workspaces"][0]["id"].as_str().unwrap().to_owned();
    let sql = "INSERT INTO courses (workspace_id, id, title, title_key, subject) VALUES (?, ?, ?, 'zz', ?)";
    let title = "end\t1\nend\t2\r\u{1b}]0;x\u{7}\u{202e}";
    let hostile = values![workspace, Uuid::from_u128(0x99).to_string(), title, "\u{1}"];
    academy.database.run(sql, hostile).await;
    let lines = lines(&admin, Kind::Courses).await;
    let item = Item::read(lines.last().unwrap(), Kind::Courses).unwrap();
    assert_eq!((item.name, item.note), ("end 1 end 2 \u{241b}]0;x\u{2407}", "\u{2401}"));
}

#[tokio::test]
async fn a_list_is_packed_for_who_unpacks_it() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let request = admin.request(Method::GET, "courses/all").header(ACCEPT_ENCODING, "gzip");
    let answer = Answer::of(request).await;
    assert_eq!((answer.header("content-encoding"), &answer.body[..2]), ("gzip", &[0x1f, 0x8b][..]));
}

#[tokio::test]
async fn the_client_fetches_a_list_once_and_a_longer_one_than_it_wants_not_at_all() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let connection = Connection {
        url: admin.base.clone(),
        token: admin.token.clone().unwrap().into(),
        allow_insecure: false,
    };
    let tools = ClientTools::new(std::sync::Arc::new(SeededEntropy::new(3)), OF_A_SCREEN);
    let client = HttpClient::open(&connection, tools).unwrap();
    let wanted =
        |known: Option<&str>, most| WantedList { kind: Kind::Units, known: known.map(str::to_owned), most };
    let told = std::sync::Mutex::new(Vec::new());
    let progress = |now| told.lock().unwrap().push(now);
    let fetched = client.fetch_list("academy", &wanted(None, 100), &progress).await.unwrap();
    let Fetched::Whole(list) = fetched else { panic!("{fetched:?}") };
    let count = admin.read("units?limit=500").await["items"].as_array().unwrap().len();
    assert_eq!((list.len(), told.lock().unwrap()[0].of), (count, count as u64));
    assert_is_a_tree(&list);
    let again = client.fetch_list("academy", &wanted(Some(list.tag()), 100), &progress).await;
    assert_eq!(again, Ok(Fetched::Unchanged));
    let too_long = client.fetch_list("academy", &wanted(None, 2), &progress).await;
    assert_eq!(too_long, Ok(Fetched::TooLong(count as u64)));
    let refused = client.fetch_list("nowhere", &wanted(None, 2), &progress).await;
    assert!(matches!(refused, Err(ClientError::Refused(_))), "{refused:?}");
}

/// The way up from every unit spells its path.
fn assert_is_a_tree(list: &WholeList) {
    assert!((0..list.len()).any(|at| list.parent(at).is_some()));
    for at in 0..list.len() {
        let above = list.parent(at);
        assert_eq!(above.is_some(), list.level(at) > 1);
        if let Some(above) = above {
            assert!(list.text(at).starts_with(&format!("{} › ", list.text(above))));
        }
    }
}

#[tokio::test]
async fn what_is_likely_meant_begins_with_what_was_typed_or_has_words_that_do() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for title in ["Safety at sea", "Manual of fire", "Firearms", "Brûlée, and other sweets"] {
        let course = json!({ "title": title, "subject": "" });
        admin.post("courses", &admin.key(), &course).await.done();
    }
    let likely = async |search: &str| {
        let query: String = form_urlencoded::byte_serialize(search.as_bytes()).collect();
        let page = admin.read(&format!("courses?likely=true&search={query}&limit=500")).await;
        assert_eq!(page["next"], Value::Null);
        let items = page["items"].as_array().unwrap();
        items.iter().map(|course| text(&course["title"])).collect::<Vec<_>>()
    };
    assert_eq!(likely("fire").await, ["Fire safety", "Firearms", "Manual of fire"]);
    assert_eq!(likely("saf fir").await, ["Fire safety"]);
    assert_eq!(likely("BRULEE").await, ["Brûlée, and other sweets"]);
    assert_eq!(likely("manaul handilng").await, ["Manual handling"], "a slip, where nothing else fits");
    assert_eq!(likely("ire").await, Vec::<String>::new(), "no word begins so");
    for hostile in ["\"", "fire\" OR \"a", "*", "%", "NEAR(", "^fire", "-", "title_key:fire"] {
        assert_eq!(
            admin.get(&format!("courses?likely=true&search={hostile}")).await.status,
            200,
            "{hostile}"
        );
    }
    let renamed = admin.read("courses?likely=true&search=firearms").await["items"][0]["id"].clone();
    let path = format!("courses/{}", renamed.as_str().unwrap());
    admin.send(Method::PATCH, &path, &admin.key(), &json!({ "title": "Weapons" })).await.done();
    assert_eq!(likely("weap").await, ["Weapons"]);
    assert!(!likely("firearms").await.contains(&"Weapons".to_owned()), "by its old title no more");
    admin.send(Method::DELETE, &path, &admin.key(), &Value::Null).await.done();
    assert_eq!(likely("weap").await.len(), 0);
    assert_eq!(admin.read("groups?likely=true&search=shift").await["items"][0]["name"], "Night shift");
    let units = admin.read("units?likely=true&search=york").await["items"].as_array().unwrap().len();
    assert_eq!(units, 2, "York, and Yorkshire");
}

#[tokio::test]
async fn what_is_likely_meant_is_of_the_workspace_and_of_the_units_managed() {
    let academy = Academy::open().await;
    let (admin, manager) = (academy.admin().await, academy.manager().await);
    assert!(admin.read("courses?likely=true&search=harbour").await["items"].as_array().unwrap().is_empty());
    assert_eq!(admin.read("units?likely=true&search=sales").await["items"].as_array().unwrap().len(), 1);
    assert_eq!(manager.read("units?likely=true&search=sales").await["items"], json!([]));
}

#[tokio::test]
async fn items_are_found_by_their_ids() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let ids = format!("{},{},{}", id(FIRST_AID), id(FIRE_SAFETY), id(HARBOUR_COURSE));
    let page = admin.read(&format!("courses?ids={ids}")).await;
    let titles: Vec<_> =
        page["items"].as_array().unwrap().iter().map(|course| text(&course["title"])).collect();
    assert_eq!(titles, ["Fire safety", "First aid"], "not the course of another workspace");
    assert_eq!(admin.get("courses?ids=nobody").await.wrong()[0].0, "/ids");
    let many = vec![id(FIRST_AID); 501].join(",");
    assert_eq!(admin.get(&format!("courses?ids={many}")).await.wrong()[0].0, "/ids");
}
