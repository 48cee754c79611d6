//! What contents were seen as under a configuration: a cache of [`crate::register::casebook`], worth nothing but time.
//!
//! A view holds for one eye: the rules and the program that looked. Another alias or another build is another eye. Nothing is lost
//! when the table is emptied.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::register::failure::RegisterError;
use crate::register::hold::Register;
use crate::register::store::hash_bytes;

/// Eyes whose views are kept: before and after a change.
const EYES: u32 = 2;

/// The name of an eye: of everything that decides what is seen, and of the program that sees.
pub fn eye(rules: &impl std::fmt::Debug) -> String {
    hash_bytes(format!("{rules:?} {}", build()).as_bytes()).to_string()
}

/// Tells builds of the program apart; one that cannot be told is only the version.
fn build() -> String {
    let found = std::env::current_exe().and_then(|program| program.metadata());
    let of = |found: std::fs::Metadata| format!("{} {:?}", found.len(), found.modified().ok());
    format!("{} {}", env!("CARGO_PKG_VERSION"), found.map(of).unwrap_or_default())
}

impl Register {
    /// All views of an eye by their keys. A view that does not parse is left out.
    pub fn views<V: DeserializeOwned>(&self, eye: &str) -> Result<BTreeMap<String, V>, RegisterError> {
        let mut rows = self.db.prepare_cached("SELECT key, view FROM views WHERE eye = ?1")?;
        let mut rows = rows.query([eye])?;
        let mut views = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let view: String = row.get(1)?;
            if let Ok(view) = serde_json::from_str(&view) {
                views.insert(row.get(0)?, view);
            }
        }
        Ok(views)
    }

    /// Adds views, and forgets those of eyes long closed.
    pub fn keep_views<V: Serialize>(
        &self,
        eye: &str,
        views: &BTreeMap<String, V>,
    ) -> Result<(), RegisterError> {
        if views.is_empty() {
            return Ok(());
        }
        let work = self.db.unchecked_transaction()?;
        for (key, view) in views {
            let view = serde_json::to_string(view).map_err(RegisterError::row("view"))?;
            work.prepare_cached("INSERT OR REPLACE INTO views (eye, key, view) VALUES (?1, ?2, ?3)")?
                .execute((eye, key, view))?;
        }
        work.execute(
            "DELETE FROM views WHERE eye NOT IN (SELECT eye FROM views GROUP BY eye ORDER BY max(rowid) DESC LIMIT ?1)",
            [EYES],
        )?;
        Ok(work.commit()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_are_kept_by_eye_and_old_eyes_are_forgotten() {
        let place = tempfile::tempdir().unwrap();
        let register = Register::open(place.path()).unwrap();
        let views = BTreeMap::from([("plan".to_owned(), "care plan".to_owned())]);
        for eye in ["3", "4", "5"] {
            register.keep_views(eye, &views).unwrap();
        }
        assert_eq!(register.views::<String>("5").unwrap(), views);
        assert!(register.views::<String>("3").unwrap().is_empty());
        assert_eq!(register.views::<String>("4").unwrap(), views);
        assert!(register.views::<u32>("5").unwrap().is_empty(), "a view of another shape is no view");
    }
}
