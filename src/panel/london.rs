//! Europe/London moments, written as RFC 3339 with their offset.

use chrono::{DateTime, Utc};
use chrono_tz::{Europe::London, Tz};
use serde::{Deserialize, Deserializer, Serializer};

/// `moment` as the clock on an English wall shows it.
pub fn wall(moment: DateTime<Utc>) -> DateTime<Tz> {
    moment.with_timezone(&London)
}

pub fn serialize<S: Serializer>(moment: &DateTime<Tz>, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&moment.to_rfc3339())
}

pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<Tz>, D::Error> {
    let moment = DateTime::<chrono::FixedOffset>::deserialize(from)?;
    Ok(moment.with_timezone(&London))
}

/// The same for a moment that may be missing.
pub mod option {
    use chrono::DateTime;
    use chrono_tz::{Europe::London, Tz};
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(moment: &Option<DateTime<Tz>>, out: S) -> Result<S::Ok, S::Error> {
        match moment {
            Some(moment) => out.serialize_some(&moment.to_rfc3339()),
            None => out.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<DateTime<Tz>>, D::Error> {
        let moment = Option::<DateTime<chrono::FixedOffset>>::deserialize(from)?;
        Ok(moment.map(|moment| moment.with_timezone(&London)))
    }
}
