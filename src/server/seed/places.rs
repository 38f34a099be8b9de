//! Organisation units of a sample: a tree of at most six levels with sensible names.

use std::collections::HashMap;

use jiff::Timestamp;

use super::dice::Dice;
use crate::domain::ids::UnitId;
use crate::domain::unit_tree::{self, UnitPlace};

/// Most levels of the tree.
const LEVELS: usize = unit_tree::LEVELS as usize;
/// How many units of a hundred each level gets, below the top.
const SHARE_OF_LEVEL: [usize; LEVELS - 1] = [22, 34, 26, 12, 6];

/// The way down to the place of the sample's learner; the second is what its manager manages.
const FIRST_BRANCH: [&str; LEVELS] =
    ["Operations", "Yorkshire", "York", "Riverside House", "Night team", "Ground floor"];

const REGIONAL: &[&str] = &["Operations", "Care homes", "Community care"];
const OFFICES: &[(&str, &[&str])] = &[
    ("People", &["Recruitment", "Payroll", "Learning and development", "Wellbeing"]),
    ("Finance", &["Accounts payable", "Procurement", "Audit", "Treasury"]),
    ("Digital", &["Service desk", "Data protection", "Networks", "Applications"]),
    ("Estates", &["Maintenance", "Fire and safety", "Catering", "Grounds"]),
    ("Quality", &["Safeguarding", "Inspection", "Complaints", "Research"]),
];
const REGIONS: &[(&str, &[&str])] = &[
    ("Yorkshire", &["York", "Leeds", "Sheffield", "Hull", "Harrogate", "Whitby", "Bradford", "Skipton"]),
    ("Lancashire", &["Preston", "Lancaster", "Blackpool", "Burnley", "Chorley"]),
    ("Cumbria", &["Carlisle", "Kendal", "Penrith", "Whitehaven"]),
    ("Northumberland", &["Alnwick", "Hexham", "Morpeth", "Berwick-upon-Tweed"]),
    ("Ceredigion", &["Aberystwyth", "Cardigan", "Lampeter", "Aberaeron"]),
    ("Bayern", &["München", "Nürnberg", "Würzburg", "Fürth"]),
    ("Île-de-France", &["Créteil", "Évry", "Saint-Denis", "Versailles"]),
    ("Galicia", &["A Coruña", "Lugo", "Ourense", "Vigo"]),
    ("Małopolska", &["Kraków", "Tarnów", "Nowy Sącz", "Oświęcim"]),
];
const SITES: &[&str] = &[
    "Riverside House",
    "Minster Court",
    "Day centre",
    "Home visits",
    "The Old School",
    "Orchard Lodge",
    "Walk-in clinic",
    "St Anne's",
];
const TEAMS: &[&str] =
    &["Night team", "Day team", "Kitchen", "Reception", "Housekeeping", "Nursing", "Drivers"];
const DESKS: &[&str] = &["North team", "South team", "Projects", "Helpline", "Reporting", "Archive"];
const CORNERS: &[&str] = &["Ground floor", "First floor", "East wing", "West wing", "Garden annexe"];

/// A unit of a sample.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its id.
    pub id: UnitId,
    /// The place in the list of the one above.
    pub parent: Option<usize>,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub at: UnitPlace,
    children: usize,
}

/// A tree that grows.
struct Tree {
    places: Vec<Place>,
    by_level: [Vec<usize>; LEVELS],
    dice: Dice,
    made_at: Timestamp,
    taken: HashMap<(Option<usize>, String), usize>,
}

/// A tree of `count` units, those above before those below.
pub fn grow(count: usize, dice: Dice, made_at: Timestamp) -> Vec<Place> {
    let mut tree = Tree {
        places: Vec::with_capacity(count),
        by_level: std::array::from_fn(|_| Vec::new()),
        dice,
        made_at,
        taken: HashMap::new(),
    };
    let mut above = None;
    for name in FIRST_BRANCH.iter().take(count) {
        above = Some(tree.add(above, (*name).to_owned()));
    }
    let tops = (count / 6).clamp(1, REGIONAL.len() + OFFICES.len());
    while tree.places.len() < count {
        let parent = if tree.by_level.first().is_some_and(|level| level.len() < tops) {
            None
        } else {
            tree.some_parent()
        };
        let name = tree.name_below(parent);
        tree.add(parent, name);
    }
    tree.places
}

impl Tree {
    /// Where the next unit goes, by the shares of the levels.
    fn some_parent(&mut self) -> Option<usize> {
        let level = self.dice.weighted(&SHARE_OF_LEVEL);
        let of_level = self.by_level.iter().take(level + 1).rev().find(|level| !level.is_empty())?;
        self.dice.pick(of_level).copied()
    }

    /// A name that fits below `parent`; numbered when every name there is used.
    fn name_below(&mut self, parent: Option<usize>) -> String {
        let above = parent.and_then(|place| self.places.get(place));
        let level = above.map_or(0, |above| usize::from(above.at.level));
        let used = above.map_or_else(|| self.by_level.first().map_or(0, Vec::len), |above| above.children);
        let names = names_below(above, level);
        let base = names.get(used % names.len().max(1)).copied().unwrap_or("Team");
        let round = used / names.len().max(1);
        let mut name = if round == 0 { base.to_owned() } else { format!("{base} {}", round + 1) };
        let mut number = round + 1;
        while self.taken.contains_key(&(parent, name.clone())) {
            number += 1;
            name = format!("{base} {number}");
        }
        name
    }

    fn add(&mut self, parent: Option<usize>, name: String) -> usize {
        let id = UnitId::new(self.dice.uuid(self.made_at));
        let number = self.places.len();
        let above = parent.and_then(|place| self.places.get_mut(place));
        let at = UnitPlace::of(id, &name, above.as_ref().map(|above| &above.at));
        if let Some(above) = above {
            above.children += 1;
        }
        let place = Place { id, parent, name, at, children: 0 };
        if let Some(level) = self.by_level.get_mut(usize::from(place.at.level) - 1) {
            level.push(number);
        }
        self.taken.insert((parent, place.name.clone()), number);
        self.places.push(place);
        number
    }
}

fn names_below(above: Option<&Place>, level: usize) -> Vec<&'static str> {
    let Some(above) = above else {
        return REGIONAL.iter().copied().chain(OFFICES.iter().map(|(name, _)| *name)).collect();
    };
    let office = OFFICES.iter().find(|(name, _)| *name == above.name);
    let region = REGIONS.iter().find(|(name, _)| *name == above.name);
    let in_office = OFFICES.iter().any(|(name, _)| above.at.path.starts_with(name));
    match (level, office, region) {
        (2.., ..) if in_office => DESKS.to_vec(),
        (1, Some((_, names)), _) | (2, _, Some((_, names))) => names.to_vec(),
        (1, None, _) => REGIONS.iter().map(|(name, _)| *name).collect(),
        (3, ..) => SITES.to_vec(),
        (2 | 4, ..) => TEAMS.to_vec(),
        _ => CORNERS.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn tree(count: usize) -> Vec<Place> {
        grow(count, Dice::new(1, 1), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_tree_has_the_units_asked_for_on_at_most_six_levels() {
        for count in [0, 1, 3, 40, 2_000] {
            let places = tree(count);
            assert_eq!(places.len(), count);
            assert!(places.iter().all(|place| usize::from(place.at.level) <= LEVELS));
            assert!(places.iter().enumerate().all(|(n, place)| place.parent.is_none_or(|above| above < n)));
        }
    }

    #[test]
    fn no_path_comes_twice() {
        let places = tree(5_000);
        let paths: HashSet<_> = places.iter().map(|place| &place.at.key).collect();
        assert_eq!(paths.len(), places.len());
    }

    #[test]
    fn the_first_branch_is_there_in_the_small_sample() {
        assert!(tree(40).iter().any(|place| place.at.path == "Operations › Yorkshire › York"));
    }
}
