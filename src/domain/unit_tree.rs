//! The tree of organisation units: where a unit stands in it, and where it may be put.

use super::ids::UnitId;
use super::search_key::{fold, fold_within};

/// Most levels of the tree (DESIGN section 1).
pub const LEVELS: u8 = 6;
/// What stands between the names of a unit's path: `Operations › Yorkshire › York`.
pub const PATH_SEPARATOR: &str = " › ";
/// The character between the folded names of a [`UnitPlace::key`]: below every other, so that a
/// unit comes right before those below it.
const KEY_SEPARATOR: &str = "\u{1}";

/// Longest name by which is sorted, in bytes: an index holds no longer key than that of six, and no unit is
/// told from another by what comes later.
const LONGEST_NAME: usize = 140;

/// Where a unit stands in the tree; follows from its name, its id and the unit above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitPlace {
    /// Its names from the top down.
    pub path: String,
    /// What it is sorted by: the folded names of the path.
    pub key: String,
    /// `/`, the ids from the top down with `/` between, `/`: a subtree is one prefix.
    pub lineage: String,
    /// 1 at the top.
    pub level: u8,
}

impl UnitPlace {
    /// The place of the unit `id` called `name` below the unit at `above`; none: at the top.
    pub fn of(id: UnitId, name: &str, above: Option<&Self>) -> Self {
        let key = fold_within(name, LONGEST_NAME);
        match above {
            None => Self { path: name.to_owned(), key, lineage: format!("/{id}/"), level: 1 },
            Some(above) => Self {
                path: format!("{}{PATH_SEPARATOR}{name}", above.path),
                key: format!("{}{KEY_SEPARATOR}{key}", above.key),
                lineage: format!("{}{id}/", above.lineage),
                level: above.level.saturating_add(1),
            },
        }
    }

    /// What it is searched by.
    pub fn search_text(&self) -> String {
        fold(&self.path)
    }

    /// Whether the unit here is the one at `other`, or below it.
    pub fn is_within(&self, other: &Self) -> bool {
        self.lineage.starts_with(&other.lineage)
    }
}

/// Why a unit can't be put somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MisplacedUnit {
    /// Below itself.
    #[error("a unit can't be below itself; choose a unit outside it")]
    BelowItself,
    /// It, or what is below it, would stand on so low a level.
    #[error("the tree has 6 levels at most, and this would make {0}; choose a unit further up")]
    TooDeep(u8),
}

impl MisplacedUnit {
    /// What it is, for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BelowItself => "below_itself",
            Self::TooDeep(_) => "too_deep",
        }
    }
}

/// Whether a subtree of `height` levels, whose top is at `own` where it is in the tree already,
/// may be put below the unit at `above`; none: at the top.
pub fn check_place(
    own: Option<&UnitPlace>,
    height: u8,
    above: Option<&UnitPlace>,
) -> Result<(), MisplacedUnit> {
    if above.zip(own).is_some_and(|(above, own)| above.is_within(own)) {
        return Err(MisplacedUnit::BelowItself);
    }
    let deepest = above.map_or(0, |above| above.level).saturating_add(height);
    if deepest > LEVELS { Err(MisplacedUnit::TooDeep(deepest)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(n: u128) -> UnitId {
        UnitId::new(Uuid::from_u128(n))
    }

    #[test]
    fn a_place_follows_from_the_name_and_the_place_above() {
        let top = UnitPlace::of(id(1), "Opérations", None);
        let below = UnitPlace::of(id(2), "York", Some(&top));
        assert_eq!((below.path.as_str(), below.key.as_str()), ("Opérations › York", "operations\u{1}york"));
        assert_eq!((below.lineage.clone(), below.level), (format!("/{}/{}/", id(1), id(2)), 2));
        assert!(below.is_within(&top) && below.is_within(&below) && !top.is_within(&below));
    }

    #[test]
    fn a_unit_sorts_right_before_those_below_it() {
        let top = UnitPlace::of(id(1), "York", None);
        let below = UnitPlace::of(id(2), "Zoo", Some(&top));
        let next = UnitPlace::of(id(3), "York 2", None);
        assert!(top.key < below.key && below.key < next.key);
    }

    #[test]
    fn no_unit_comes_below_itself_or_deeper_than_six_levels() {
        let mut places = vec![UnitPlace::of(id(1), "1", None)];
        for n in 2..=6 {
            let place = UnitPlace::of(id(n), &n.to_string(), places.last());
            places.push(place);
        }
        assert_eq!(check_place(None, 1, places.get(4)), Ok(()));
        assert_eq!(check_place(None, 1, places.get(5)), Err(MisplacedUnit::TooDeep(7)));
        assert_eq!(check_place(places.get(1), 5, places.get(3)), Err(MisplacedUnit::BelowItself));
        assert_eq!(check_place(places.get(1), 5, places.get(1)), Err(MisplacedUnit::BelowItself));
        assert_eq!(check_place(places.get(1), 5, None), Ok(()));
        let other = UnitPlace::of(id(9), "other", None);
        assert_eq!(check_place(Some(&other), 6, places.first()), Err(MisplacedUnit::TooDeep(7)));
    }
}
