//! The window against a plain list: how it follows keys, answers and changes.

use std::collections::BTreeSet;
use std::ops::Bound;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::role::Roles;
use crate::domain::status::UserStatus;

/// A list in the order of its numbers, and the server that answers for it.
type List = BTreeSet<u128>;

const HEIGHT: usize = 10;
/// No window is larger: what is ahead and what is let go late, on both sides, and an answer.
const LARGEST: usize = 2 * (100 + 200 + 500) + HEIGHT;

fn user(n: u128) -> User {
    User {
        id: id(n),
        email: format!("u{n}@example.org").into(),
        first_name: "U".into(),
        last_name: format!("{n:03}").into(),
        status: UserStatus::Active,
        roles: Roles::NONE,
        unit: None,
        units_managed: Vec::new(),
        groups: Vec::new(),
        expires_on: None,
        version: 1,
        invited_at: None,
        link_ends_at: None,
        last_active_at: None,
        link_expired: false,
        declined: false,
        delivery: None,
    }
}

fn id(n: u128) -> UserId {
    UserId::new(Uuid::from_u128(n))
}

fn number(user: &User) -> u128 {
    user.id.uuid().as_u128()
}

fn numbers(rows: &Rows) -> Vec<u128> {
    rows.iter().map(number).collect()
}

/// A page of `list`, as the server answers.
fn answer(list: &List, question: &Question, limit: usize) -> Page<User> {
    let final_ones = |range: &mut dyn DoubleEndedIterator<Item = &u128>| {
        let mut items: Vec<u128> = range.rev().take(limit).copied().collect();
        items.reverse();
        items
    };
    let items: Vec<u128> = match question {
        Question::First => list.iter().take(limit).copied().collect(),
        Question::Last => final_ones(&mut list.iter()),
        Question::From(text) => list.range(text.parse::<u128>().unwrap()..).take(limit).copied().collect(),
        Question::Cursor(cursor) => {
            let key: u128 = cursor[1..].parse().unwrap();
            if cursor.starts_with('>') {
                list.range((Bound::Excluded(key), Bound::Unbounded)).take(limit).copied().collect()
            } else {
                final_ones(&mut list.range(..key))
            }
        }
    };
    let previous = items.first().filter(|n| list.range(..**n).next().is_some()).map(|n| format!("<{n}"));
    let next = items.last().filter(|n| list.range(**n + 1..).next().is_some()).map(|n| format!(">{n}"));
    Page { items: items.into_iter().map(user).collect(), next, previous }
}

fn begun(list: &List, question: Question) -> Rows {
    let page = answer(list, &question, usize::from(PAGE));
    Rows::new(question, page)
}

/// Answers what is wanted, and lets go of what is far.
fn answered(rows: &mut Rows, list: &List, need: &Need, strangers: Strangers) -> Strangers {
    let page = answer(list, &need.question, usize::from(need.limit));
    let met = rows.merge(need.step, page, strangers);
    rows.trim(HEIGHT, None);
    if met { Strangers::Stay } else { Strangers::Go }
}

/// Answers until nothing is wanted; how often.
fn settled(rows: &mut Rows, list: &List) -> usize {
    let mut strangers = Strangers::Stay;
    for times in 0..50 {
        let Some(need) = rows.need(HEIGHT) else { return times };
        strangers = answered(rows, list, &need, strangers);
    }
    panic!("asked for ever");
}

fn in_view(rows: &Rows) -> Vec<u128> {
    let view = rows.view(HEIGHT);
    numbers(rows)[view].to_vec()
}

#[test]
fn the_selection_stays_on_the_user_and_on_its_line_when_rows_come_before_it() {
    let list: List = (0..100).map(|n| n * 2).collect();
    let mut rows = begun(&list, Question::First);
    rows.select(50, HEIGHT);
    let line = rows.at() - rows.top_for(HEIGHT);
    let list: List = list.into_iter().chain([1, 3]).collect();
    rows.age();
    settled(&mut rows, &list);
    assert_eq!(rows.selected().map(number), Some(100));
    assert_eq!((rows.at(), rows.at() - rows.top_for(HEIGHT)), (52, line));
}

#[test]
fn a_shrunken_list_selects_its_last_and_an_empty_one_nobody() {
    let mut rows = begun(&(1..=3).collect(), Question::First);
    rows.select(2, 5);
    rows.age();
    settled(&mut rows, &List::from([1]));
    assert_eq!((rows.at(), numbers(&rows)), (0, vec![1]));
    rows.age();
    settled(&mut rows, &List::new());
    assert_eq!((rows.selected(), rows.need(5)), (None, None));
    rows.age();
    settled(&mut rows, &List::from([7]));
    assert_eq!(rows.selected().map(number), Some(7), "who comes later is seen");
}

#[test]
fn at_the_edge_one_row_is_scrolled() {
    let mut rows = begun(&(0..100).collect(), Question::First);
    for at in 1..=10 {
        rows.select(at, HEIGHT);
    }
    assert_eq!((rows.at(), rows.top_for(HEIGHT)), (10, 1));
    rows.select(99, HEIGHT);
    assert_eq!(rows.top_for(HEIGHT), 90);
    rows.page(-10, HEIGHT);
    assert_eq!((rows.at(), rows.top_for(HEIGHT)), (89, 80));
    for _ in 0..10 {
        rows.step(-1, HEIGHT);
    }
    assert_eq!((rows.at(), rows.top_for(HEIGHT)), (79, 79));
}

#[test]
fn a_selected_row_that_leaves_the_list_gives_its_place_to_the_next() {
    let mut list: List = (0..5000).collect();
    let mut rows = begun(&list, Question::From("2000".to_owned()));
    settled(&mut rows, &list);
    rows.step(HEIGHT.cast_signed() - 1, HEIGHT);
    assert_eq!(rows.selected().map(number), Some(2009), "the last in view");
    list.remove(&2009);
    rows.age();
    assert!(settled(&mut rows, &list) <= 2);
    assert_eq!(rows.selected().map(number), Some(2010));
    // Even when everybody around it leaves at once, the list is not searched through.
    list.retain(|n| !(1000..3000).contains(n));
    rows.age();
    assert!(settled(&mut rows, &list) <= 6);
    assert!(in_view(&rows).iter().all(|n| list.contains(n)));
}

#[test]
fn rows_that_left_the_view_before_news_are_asked_for_when_they_come_into_view() {
    let mut list: List = (0..1000).collect();
    let mut rows = begun(&list, Question::First);
    settled(&mut rows, &list);
    for at in [190, 250] {
        rows.select(at, HEIGHT);
        settled(&mut rows, &list);
    }
    list.remove(&50);
    rows.age();
    settled(&mut rows, &list);
    assert!(numbers(&rows).contains(&50), "not in view");
    for _ in 0..210 {
        rows.step(-1, HEIGHT);
        settled(&mut rows, &list);
        assert!(in_view(&rows).iter().all(|n| list.contains(n)), "{:?}", in_view(&rows));
    }
}

#[test]
fn ten_thousand_rows_are_scrolled_through_with_a_bounded_number_in_memory() {
    let list: List = (0..50_000).collect();
    let mut rows = begun(&list, Question::First);
    settled(&mut rows, &list);
    for n in 1..=10_000 {
        rows.step(1, HEIGHT);
        assert_eq!(rows.selected().map(number), Some(n), "the row is there before one gets to it");
        settled(&mut rows, &list);
        assert!(rows.len() <= LARGEST, "{}", rows.len());
    }
    for n in (0..10_000).rev() {
        rows.step(-1, HEIGHT);
        assert_eq!(rows.selected().map(number), Some(n));
        settled(&mut rows, &list);
        assert!(rows.len() <= LARGEST, "{}", rows.len());
    }
}

/// What happens to a window.
#[derive(Clone, Copy, Debug)]
enum Happening {
    Step(isize),
    Page(isize),
    First,
    Last,
    Text(u128),
    /// What was wanted is answered.
    Answer,
    /// Something is wanted, and answered only later.
    Ask,
    Come(u128),
    Leave(u128),
    News,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        3 => (-30_isize..30).prop_map(Happening::Step),
        3 => (-4_isize..=4).prop_map(|pages| Happening::Page(pages * 10)),
        1 => Just(Happening::First),
        1 => Just(Happening::Last),
        1 => (0_u128..3000).prop_map(Happening::Text),
        6 => Just(Happening::Answer),
        3 => Just(Happening::Ask),
    ]
}

fn change() -> impl Strategy<Value = Happening> {
    prop_oneof![
        3 => happening(),
        2 => (0_u128..3000).prop_map(Happening::Come),
        2 => (0_u128..3000).prop_map(Happening::Leave),
        1 => Just(Happening::News),
    ]
}

/// A window of a list, and the question that is on its way.
struct Walk {
    list: List,
    rows: Rows,
    asked: Option<Need>,
    strangers: Strangers,
}

impl Walk {
    fn new(list: List) -> Self {
        let rows = begun(&list, Question::First);
        Self { list, rows, asked: None, strangers: Strangers::Stay }
    }

    fn jump(&mut self, question: Question, last: bool) {
        self.asked = None;
        self.rows = begun(&self.list, question);
        self.rows.select(if last { usize::MAX } else { 0 }, HEIGHT);
    }

    fn meet(&mut self, happening: Happening) {
        match happening {
            Happening::Step(by) => self.rows.step(by, HEIGHT),
            Happening::Page(by) => self.rows.page(by, HEIGHT),
            Happening::First if self.rows.begins() => self.rows.select(0, HEIGHT),
            Happening::First => self.jump(Question::First, false),
            Happening::Last if self.rows.ends() => self.rows.select(usize::MAX, HEIGHT),
            Happening::Last => self.jump(Question::Last, true),
            Happening::Text(n) if self.list.range(n..).next().is_none() => self.jump(Question::Last, true),
            Happening::Text(n) => self.jump(Question::From(n.to_string()), false),
            Happening::Ask => self.asked = self.asked.take().or_else(|| self.rows.need(HEIGHT)),
            Happening::Answer => {
                if let Some(need) = self.asked.take().or_else(|| self.rows.need(HEIGHT)) {
                    self.strangers = answered(&mut self.rows, &self.list, &need, self.strangers);
                }
            }
            Happening::Come(n) => drop(self.list.insert(n)),
            Happening::Leave(n) => drop(self.list.remove(&n)),
            Happening::News => self.rows.age(),
        }
    }

    /// Whether these rows follow each other in the list.
    fn is_run(&self, rows: &[u128]) -> bool {
        let Some(first) = rows.first() else { return true };
        self.list.range(first..).take(rows.len()).eq(rows)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn however_one_walks_the_rows_are_a_run_of_the_list(
        list in proptest::collection::btree_set(0_u128..3000, 0..1500),
        happenings in proptest::collection::vec(happening(), 1..60),
    ) {
        let mut walk = Walk::new(list);
        for happening in happenings {
            walk.meet(happening);
            let rows = numbers(&walk.rows);
            prop_assert!(walk.is_run(&rows), "{happening:?}");
            prop_assert!(rows.len() <= LARGEST);
            prop_assert!(rows.is_empty() || rows.contains(&walk.rows.selected().map(number).unwrap()));
        }
        settled(&mut walk.rows, &walk.list);
        let view = in_view(&walk.rows);
        prop_assert_eq!(view.len(), HEIGHT.min(walk.list.len()), "no gap is left");
        prop_assert_eq!(walk.rows.begins(), walk.list.first() == numbers(&walk.rows).first());
        prop_assert_eq!(walk.rows.ends(), walk.list.last() == numbers(&walk.rows).last());
    }

    #[test]
    fn whatever_changes_meanwhile_the_rows_in_view_end_up_as_they_are(
        list in proptest::collection::btree_set(0_u128..3000, 0..1500),
        happenings in proptest::collection::vec(change(), 1..80),
    ) {
        let mut walk = Walk::new(list);
        for happening in happenings {
            walk.meet(happening);
            let mut rows = numbers(&walk.rows);
            let all = rows.len();
            rows.sort_unstable();
            rows.dedup();
            prop_assert_eq!(rows.len(), all, "nobody twice, after {:?}", happening);
        }
        let selected = walk.rows.selected().map(number);
        walk.rows.age();
        settled(&mut walk.rows, &walk.list);
        let view = in_view(&walk.rows);
        prop_assert!(walk.is_run(&view), "{view:?}");
        prop_assert_eq!(view.len(), HEIGHT.min(walk.list.len()));
        if let Some(selected) = selected.filter(|n| walk.list.contains(n)) {
            prop_assert_eq!(walk.rows.selected().map(number), Some(selected), "the selection stays");
        }
    }
}
