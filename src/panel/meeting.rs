//! One meeting of the panel and the moments that hang on it.

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A meeting, worked out by [`crate::panel::calendar`]. Moments are in Europe/London.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// The day it is held; what a person types as `MEETING`.
    pub date: NaiveDate,
    /// The day the rule gives, before a bank holiday moved it.
    pub usual_date: NaiveDate,
    #[serde(with = "crate::panel::london")]
    pub starts: DateTime<Tz>,
    /// None where the panel has no end time.
    #[serde(with = "crate::panel::london::option")]
    pub ends: Option<DateTime<Tz>>,
    /// Papers received at this very minute are in time.
    #[serde(with = "crate::panel::london")]
    pub cutoff: DateTime<Tz>,
    /// Last day on which the agenda may go out; none where the procedure is silent.
    pub agenda_due: Option<NaiveDate>,
    /// Last day on which decisions may be recorded; none where the procedure is silent.
    pub record_due: Option<NaiveDate>,
}
