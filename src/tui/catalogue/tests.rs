//! The lists to pick from: fetched once, kept, narrowed by the server where they are too long.

use uuid::Uuid;

use super::*;
use crate::api::catalogue::Group;
use crate::api::page::Page;
use crate::client::whole_list::WholeList;
use crate::domain::entropy::SeededEntropy;
use crate::domain::ids::GroupId;
use crate::tui::effect::Call;

fn groups(from: u128, count: u128) -> Vec<Group> {
    let group = |n: u128| Group {
        id: GroupId::new(Uuid::from_u128(n)),
        name: format!("group {n:06}").into(),
        users: 0,
    };
    (from..from + count).map(group).collect()
}

fn page(from: u128, count: u128, next: Option<&str>) -> Reply {
    Reply::Groups(Ok(Page { items: groups(from, count), next: next.map(str::to_owned), previous: None }))
}

fn whole(from: u128, count: u128) -> ListNews {
    ListNews::Whole(Arc::new(List::whole(WholeList::from(groups(from, count).as_slice()))))
}

fn arriving(done: u64, of: u64) -> ListNews {
    ListNews::Arriving(Progress { done, of })
}

fn begin() -> (Catalogue, Mint) {
    (Catalogue::new(100_000), Mint::new(Arc::new(SeededEntropy::new(1))))
}

fn fetched(effects: &[Effect]) -> (Ticket, Option<String>) {
    match effects {
        [Effect::FetchList(ticket, wanted)] if wanted.kind == Kind::Groups => (*ticket, wanted.known.clone()),
        other => panic!("{other:?}"),
    }
}

fn asked(effects: &[Effect]) -> (Ticket, Option<String>) {
    match effects {
        [Effect::Call(ticket, Call::ListGroups(query))] => (*ticket, query.search.clone()),
        other => panic!("{other:?}"),
    }
}

fn rests(effects: &[Effect]) -> Ticket {
    match effects {
        [Effect::After(_, ticket)] => *ticket,
        other => panic!("{other:?}"),
    }
}

fn names(catalogue: &Catalogue, typed: &str) -> Vec<String> {
    let list = catalogue.list_for(Kind::Groups, typed).unwrap();
    (0..list.len()).map(|at| list.entry(at).unwrap().pick.name().to_string()).collect()
}

#[test]
fn a_list_is_fetched_once() {
    let (mut catalogue, mut mint) = begin();
    let (ticket, known) = fetched(&catalogue.fetch(Kind::Groups, &mut mint));
    assert_eq!(known, None);
    assert_eq!(catalogue.fetch(Kind::Groups, &mut mint), [], "on its way");
    assert!(!catalogue.is_empty(Kind::Groups), "not known to be empty before it is here");
    assert_eq!(catalogue.heard(ticket, whole(0, 3), &mut mint), []);
    assert_eq!(names(&catalogue, "").len(), 3);
    assert_eq!(catalogue.fetch(Kind::Groups, &mut mint), []);
    assert_eq!(catalogue.narrow(Kind::Groups, "two", &mut mint), [], "here whole: nothing to ask");
}

#[test]
fn a_list_that_was_changed_is_asked_for_by_its_tag_and_serves_till_then() {
    let (mut catalogue, mut mint) = begin();
    catalogue.forget();
    let (first, _) = fetched(&catalogue.fetch(Kind::Groups, &mut mint));
    catalogue.forget();
    assert_eq!(catalogue.fetch(Kind::Groups, &mut mint), [], "on its way, changed or not");
    assert_eq!(catalogue.heard(first, whole(0, 1), &mut mint), []);
    let (second, known) = fetched(&catalogue.renew(Kind::Groups, &mut mint));
    assert_eq!(known, Some(String::new()), "it may be from before the change");
    assert_eq!(names(&catalogue, ""), ["group 000000"]);
    assert_eq!(catalogue.heard(second, ListNews::Unchanged, &mut mint), []);
    assert_eq!(names(&catalogue, ""), ["group 000000"]);
    assert_eq!(catalogue.renew(Kind::Groups, &mut mint), []);
    catalogue.forget();
    let (third, _) = fetched(&catalogue.fetch(Kind::Groups, &mut mint));
    assert_eq!(catalogue.heard(third, whole(0, 2), &mut mint), [Effect::ForgetRanking]);
    assert_eq!(catalogue.heard(second, whole(5, 1), &mut mint), [], "an answer from before");
    assert_eq!(names(&catalogue, "").len(), 2);
}

#[test]
fn a_kept_list_serves_at_once_and_even_where_the_server_is_not_there() {
    let (mut catalogue, mut mint) = begin();
    let (ticket, _) = fetched(&catalogue.fetch(Kind::Groups, &mut mint));
    let ListNews::Whole(kept) = whole(0, 2) else { unreachable!() };
    assert_eq!(catalogue.heard(ticket, ListNews::Kept(kept), &mut mint), []);
    assert_eq!(names(&catalogue, "").len(), 2);
    let gone = ClientError::Unreachable("gone".into());
    assert_eq!(catalogue.heard(ticket, ListNews::Failed(gone.clone()), &mut mint), []);
    assert_eq!((names(&catalogue, "").len(), catalogue.error(Kind::Groups)), (2, Some(&gone)));
    let (_, known) = fetched(&catalogue.fetch(Kind::Groups, &mut mint));
    assert_eq!(known, Some(String::new()), "asked for again when it is next needed");
}

#[test]
fn while_a_long_list_arrives_the_server_narrows_it() {
    let (mut catalogue, mut mint) = begin();
    let (ticket, _) = fetched(&catalogue.fetch(Kind::Groups, &mut mint));
    assert_eq!(catalogue.heard(ticket, arriving(0, 900), &mut mint), [], "a short one is here soon enough");
    let (begun, search) = asked(&catalogue.heard(ticket, arriving(0, 90_000), &mut mint));
    assert_eq!(search, None);
    assert_eq!(catalogue.heard(ticket, arriving(10_000, 90_000), &mut mint), [], "asked once");
    catalogue.replied(begun, &page(0, 500, Some("next")));
    assert_eq!(names(&catalogue, "").len(), 500);
    let early = rests(&catalogue.narrow(Kind::Groups, "g", &mut mint));
    let late = rests(&catalogue.narrow(Kind::Groups, "gr", &mut mint));
    assert_eq!(catalogue.rang(early, &mut mint), (false, Vec::new()), "typing went on");
    let (_, effects) = catalogue.rang(late, &mut mint);
    let (found, search) = asked(&effects);
    assert_eq!(search.as_deref(), Some("gr"));
    assert!(catalogue.is_narrowing(Kind::Groups));
    catalogue.replied(found, &page(70_000, 1, None));
    assert_eq!(names(&catalogue, "gr"), ["group 070000"]);
    assert_eq!(names(&catalogue, "x").len(), 500, "another search begins with what is here");
    assert_eq!(catalogue.progress(Kind::Groups), Some(Progress { done: 10_000, of: 90_000 }));
    let rest = rests(&catalogue.heard(ticket, whole(0, 6_000), &mut mint));
    assert_eq!(names(&catalogue, "gr").len(), 6_000);
    assert_eq!(catalogue.narrow(Kind::Groups, "gro", &mut mint), []);
    catalogue.forget();
    assert_eq!(catalogue.renew(Kind::Groups, &mut mint), [], "a long list is not fetched again at once");
    assert_eq!(catalogue.rang(rest, &mut mint), (true, Vec::new()));
    fetched(&catalogue.renew(Kind::Groups, &mut mint));
}

#[test]
fn what_was_typed_before_a_list_said_that_it_is_long_is_asked_for_then() {
    let (mut catalogue, mut mint) = begin();
    let (ticket, _) = fetched(&catalogue.fetch(Kind::Groups, &mut mint));
    assert_eq!(catalogue.narrow(Kind::Groups, "nig", &mut mint), []);
    let (_, search) = asked(&catalogue.heard(ticket, arriving(0, 90_000), &mut mint));
    assert_eq!(search.as_deref(), Some("nig"));
}

#[test]
fn a_list_that_is_too_long_stays_with_the_server() {
    let (mut catalogue, mut mint) = begin();
    let (ticket, _) = fetched(&catalogue.fetch(Kind::Groups, &mut mint));
    let (begun, _) = asked(&catalogue.heard(ticket, ListNews::TooLong(2_000_000), &mut mint));
    catalogue.replied(begun, &page(0, 500, Some("next")));
    assert_eq!((catalogue.too_long(Kind::Groups), names(&catalogue, "").len()), (Some(2_000_000), 500));
    assert_eq!(catalogue.fetch(Kind::Groups, &mut mint), []);
    assert!(!catalogue.is_empty(Kind::Groups));
}

#[test]
fn an_older_answer_never_takes_the_place_of_a_newer_one() {
    let (mut catalogue, mut mint) = begin();
    let (ticket, _) = fetched(&catalogue.fetch(Kind::Groups, &mut mint));
    let (begun, _) = asked(&catalogue.heard(ticket, ListNews::TooLong(2_000_000), &mut mint));
    catalogue.replied(begun, &page(0, 500, Some("next")));
    let ask = |catalogue: &mut Catalogue, typed: &str, mint: &mut Mint| {
        let rest = rests(&catalogue.narrow(Kind::Groups, typed, mint));
        asked(&catalogue.rang(rest, mint).1).0
    };
    let older = ask(&mut catalogue, "a", &mut mint);
    let newer = ask(&mut catalogue, "ab", &mut mint);
    catalogue.replied(older, &page(1, 1, None));
    assert_eq!(names(&catalogue, "ab").len(), 500, "not in the place of the newer one");
    catalogue.replied(newer, &page(2, 1, None));
    catalogue.replied(older, &page(1, 1, None));
    assert_eq!(names(&catalogue, "ab"), ["group 000002"]);
}
