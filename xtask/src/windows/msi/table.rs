//! A table of a package.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use super::package::Package;

/// A table by the names of its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table(Vec<BTreeMap<String, String>>);

impl Table {
    /// Reads one of a package's.
    pub(super) fn of(package: &Package, name: &str) -> Result<Self> {
        let said = package.table(name)?;
        Self::read(&said).with_context(|| format!("the package has no table {name}"))
    }

    /// Reads what `msiinfo export` says: names, types, keys, and then the rows.
    pub(super) fn read(said: &str) -> Option<Self> {
        let mut lines = said.lines().map(|line| line.trim_end_matches('\r'));
        let names: Vec<&str> = lines.next()?.split('\t').collect();
        let rows = lines.skip(2).map(|line| {
            let fields = line.split('\t').map(str::to_owned);
            names
                .iter()
                .map(|&name| name.to_owned())
                .zip(fields)
                .collect()
        });
        Some(Self(rows.collect()))
    }

    /// The rows, reduced to these columns.
    pub(super) fn columns<const N: usize>(
        &self,
        names: [&str; N],
    ) -> impl Iterator<Item = [&str; N]> {
        self.0
            .iter()
            .map(move |row| names.map(|name| row.get(name).map_or("", String::as_str)))
    }

    /// What stands in this column.
    pub(super) fn column(&self, name: &str) -> BTreeSet<&str> {
        self.columns([name]).map(|[field]| field).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_types_and_keys_come_before_the_rows() {
        let said = "A\tB\r\ns72\ti2\r\nX\tA\r\none\t1\r\ntwo\t2\r\n";
        let table = Table::read(said).unwrap();
        let rows: Vec<_> = table.columns(["B", "A"]).collect();
        assert_eq!(rows, [["1", "one"], ["2", "two"]]);
        assert_eq!(table.column("C"), BTreeSet::from([""]));
    }
}
