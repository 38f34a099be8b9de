//! A whole list as it is kept on disk: in the pieces that it has in memory, so that a million items
//! are there again without being read one by one. A checksum tells a file that was damaged.

use std::io::{self, Read, Write};

use crc32fast::Hasher;
use uuid::Uuid;

use super::whole_list::{Branch, MOST_TEXT, NONE, WholeList};
use crate::api::whole_list::Kind;

/// What a file begins with; another layout gets another number.
const MAGIC: &[u8; 16] = b"admit list 0001\n";
/// Bytes that are written or read at once.
const PIECE: usize = 1 << 16;
/// Longest tag and longest subject.
const MOST_WORD: usize = 1 << 12;

impl WholeList {
    /// Writes it, to be read by [`Self::read_from`].
    pub fn write_to(&self, to: &mut impl Write) -> io::Result<()> {
        let mut file = Summed { inner: to, sum: Hasher::new() };
        file.write_all(MAGIC)?;
        file.write_all(&[number_of(self.kind)])?;
        write_text(&mut file, &self.tag)?;
        for length in [self.text.len(), self.ids.len(), self.notes.len()] {
            file.write_all(&(length as u64).to_le_bytes())?;
        }
        file.write_all(self.text.as_bytes())?;
        write_each(&mut file, &self.ends, u32::to_le_bytes)?;
        write_each(&mut file, &self.ids, Uuid::into_bytes)?;
        write_each(&mut file, &self.tree, |branch| branch.parent.to_le_bytes())?;
        write_each(&mut file, &self.tree, |branch| branch.before_name.to_le_bytes())?;
        write_each(&mut file, &self.tree, |branch| [branch.level])?;
        for note in &self.notes {
            write_text(&mut file, note)?;
        }
        write_each(&mut file, &self.note_of, u32::to_le_bytes)?;
        let sum = file.sum.clone().finalize();
        file.inner.write_all(&sum.to_le_bytes())
    }

    /// Reads the list of `kind` from a file of `length` bytes. Nothing where it is damaged, cut short,
    /// of another list, or no such file at all.
    pub fn read_from(from: &mut impl Read, length: u64, kind: Kind) -> Option<Self> {
        let mut file = Summed { inner: from, sum: Hasher::new() };
        if file.array::<16>()? != *MAGIC || file.array::<1>()? != [number_of(kind)] {
            return None;
        }
        let mut list = Self::new(kind, file.text(MOST_WORD)?);
        let [text, items, notes] = [file.number()?, file.number()?, file.number()?];
        // So that no damaged number asks for memory that the file can't fill.
        let per_item = 20
            + match kind {
                Kind::Units => 9,
                Kind::Groups => 0,
                Kind::Courses => 4,
            };
        let needed = items.checked_mul(per_item)?.checked_add(text)?.checked_add(notes.checked_mul(8)?)?;
        if needed > length || text > MOST_TEXT as u64 {
            return None;
        }
        let (items, notes) = (usize::try_from(items).ok()?, usize::try_from(notes).ok()?);
        list.text = file.exactly(usize::try_from(text).ok()?)?;
        list.ends = file.each(items, u32::from_le_bytes)?;
        list.ids = file.each(items, Uuid::from_bytes)?;
        if kind == Kind::Units {
            let parents = file.each(items, u32::from_le_bytes)?;
            let before_names = file.each(items, u32::from_le_bytes)?;
            let levels = file.each(items, |[level]: [u8; 1]| level)?;
            let branches = parents.into_iter().zip(before_names).zip(levels);
            let branch = |((parent, before_name), level)| Branch { parent, before_name, level };
            list.tree = branches.map(branch).collect();
        }
        list.notes = (0..notes).map(|_| file.text(MOST_WORD)).collect::<Option<_>>()?;
        if kind == Kind::Courses {
            list.note_of = file.each(items, u32::from_le_bytes)?;
        }
        let sum = file.sum.clone().finalize();
        let mut kept = [0; 4];
        file.inner.read_exact(&mut kept).ok()?;
        let is_over = file.inner.read(&mut [0]).ok()? == 0;
        (u32::from_le_bytes(kept) == sum && is_over && list.is_sound()).then_some(list)
    }

    /// Whether every place in it is one: the sum alone would trust whoever wrote the file.
    fn is_sound(&self) -> bool {
        let mut before = 0;
        let in_order = self.ends.iter().all(|end| {
            let follows = *end >= before && self.text.is_char_boundary(*end as usize);
            before = *end;
            follows
        });
        let above = |(at, branch): (usize, &Branch)| branch.parent == NONE || (branch.parent as usize) < at;
        in_order
            && before as usize == self.text.len()
            && self.tree.iter().enumerate().all(above)
            && self.note_of.iter().all(|note| (*note as usize) < self.notes.len())
    }
}

fn number_of(kind: Kind) -> u8 {
    match kind {
        Kind::Units => 1,
        Kind::Groups => 2,
        Kind::Courses => 3,
    }
}

fn write_text(to: &mut impl Write, text: &str) -> io::Result<()> {
    to.write_all(&(text.len() as u64).to_le_bytes())?;
    to.write_all(text.as_bytes())
}

fn write_each<T: Copy, const N: usize>(
    to: &mut impl Write,
    values: &[T],
    bytes: fn(T) -> [u8; N],
) -> io::Result<()> {
    let mut piece = Vec::with_capacity(PIECE);
    for values in values.chunks(PIECE / N) {
        piece.clear();
        for value in values {
            piece.extend_from_slice(&bytes(*value));
        }
        to.write_all(&piece)?;
    }
    Ok(())
}

/// A file, and the sum of what has passed.
struct Summed<T> {
    inner: T,
    sum: Hasher,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.sum.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: Read> Summed<R> {
    fn fill(&mut self, bytes: &mut [u8]) -> Option<()> {
        self.inner.read_exact(bytes).ok()?;
        self.sum.update(bytes);
        Some(())
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Some(bytes)
    }

    fn number(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    fn exactly(&mut self, length: usize) -> Option<String> {
        let mut bytes = vec![0; length];
        self.fill(&mut bytes)?;
        String::from_utf8(bytes).ok()
    }

    fn text(&mut self, most: usize) -> Option<String> {
        let length = usize::try_from(self.number()?).ok().filter(|length| *length <= most)?;
        self.exactly(length)
    }

    fn each<T, const N: usize>(&mut self, count: usize, value: fn([u8; N]) -> T) -> Option<Vec<T>> {
        let mut values = Vec::with_capacity(count);
        let mut piece = vec![0; PIECE / N * N];
        while values.len() < count {
            let bytes = piece.get_mut(..(count - values.len()).min(PIECE / N) * N)?;
            self.fill(bytes)?;
            let (arrays, _) = bytes.as_chunks::<N>();
            values.extend(arrays.iter().map(|array| value(*array)));
        }
        Some(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::whole_list::Item;
    use crate::client::whole_list::Builder;
    use proptest::prelude::*;

    fn list(kind: Kind, names: &[String]) -> WholeList {
        let mut builder = Builder::new(kind, "tag 1", names.len());
        for (at, name) in (0_u128..).zip(names) {
            let path = format!("above › {name}");
            let note = if kind == Kind::Units { &path } else { name };
            let parent = (at % 3 > 0).then(|| Uuid::from_u128(at - 1));
            assert!(builder.push(&Item { id: Uuid::from_u128(at), parent, level: 2, name, note }));
        }
        builder.finish()
    }

    fn written(list: &WholeList) -> Vec<u8> {
        let mut bytes = Vec::new();
        list.write_to(&mut bytes).unwrap();
        bytes
    }

    fn read(bytes: &[u8], kind: Kind) -> Option<WholeList> {
        WholeList::read_from(&mut &*bytes, bytes.len() as u64, kind)
    }

    #[test]
    fn a_file_that_was_cut_short_or_grew_is_none() {
        let names = ["Ann", "Beta", "Gamma"].map(str::to_owned);
        for kind in Kind::ALL {
            let bytes = written(&list(kind, &names));
            for end in 0..bytes.len() {
                assert_eq!(read(&bytes[..end], kind), None, "{end} bytes");
            }
            assert_eq!(read(&[&bytes[..], b"x"].concat(), kind), None);
        }
    }

    #[test]
    fn a_file_of_another_list_is_none() {
        let bytes = written(&list(Kind::Groups, &["Ann".to_owned()]));
        assert_eq!(read(&bytes, Kind::Courses), None);
        assert_eq!(read(b"SQLite format 3\0 and what follows", Kind::Groups), None);
    }

    proptest! {
        #[test]
        fn a_list_is_read_as_it_was_written(names in prop::collection::vec("\\PC{0,12}", 0..40)) {
            for kind in Kind::ALL {
                let list = list(kind, &names);
                prop_assert_eq!(read(&written(&list), kind), Some(list));
            }
        }

        #[test]
        fn any_damage_is_noticed(at in any::<prop::sample::Index>(), bit in 0..8) {
            for kind in Kind::ALL {
                let mut bytes = written(&list(kind, &["Ann".to_owned(), "Łódź".to_owned()]));
                let at = at.index(bytes.len());
                bytes[at] ^= 1_u8 << bit;
                prop_assert_eq!(read(&bytes, kind), None);
            }
        }
    }
}
