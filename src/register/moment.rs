//! Moments as the register writes them: UTC, RFC 3339, always six decimals, so that text order is time order.

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};

/// A moment in a column or in a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Moment(DateTime<Utc>);

impl Moment {
    /// To the microsecond: what is hashed and what is read back are the same moment.
    pub fn of(moment: DateTime<Utc>) -> Self {
        Moment(moment.trunc_subsecs(6))
    }

    pub fn get(self) -> DateTime<Utc> {
        self.0
    }

    pub fn text(self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::Micros, true)
    }
}

impl ToSql for Moment {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.text()))
    }
}

impl FromSql for Moment {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        let moment =
            DateTime::parse_from_rfc3339(text).map_err(|error| FromSqlError::Other(Box::new(error)))?;
        Ok(Moment(moment.with_timezone(&Utc)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_back_as_it_was_hashed() {
        let moment = Moment::of("2026-11-18T15:00:00.123456789Z".parse().unwrap());
        let read: Moment = serde_json::from_str(&serde_json::to_string(&moment).unwrap()).unwrap();
        assert_eq!((moment.text().as_str(), read), ("2026-11-18T15:00:00.123456Z", moment));
    }

    #[test]
    fn text_order_is_time_order() {
        let at = |text: &str| Moment::of(text.parse().unwrap());
        let moments =
            ["2026-11-18T15:00:00Z", "2026-11-18T15:00:00.000001Z", "2026-11-18T15:00:00.5Z"].map(at);
        assert!(moments.windows(2).all(|pair| pair[0].text() < pair[1].text()));
        assert_eq!(moments[0].text(), "2026-11-18T15:00:00.000000Z");
    }
}
