//! What is asked of the panel.

use serde::{Deserialize, Serialize};

/// The request types of the referral form (docs/domain.md: Requests).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    NewPlacement,
    PlacementMove,
    EmergencyRetrospective,
    Extension,
    Retainer,
    StaffingRatio,
    TherapeuticOrOther,
    Taxi,
    LeavingCare16plus,
    CourtOrdered,
    CourtMayOrder,
    Review,
    Other,
}

impl Request {
    pub const ALL: [Request; 13] = [
        Request::NewPlacement,
        Request::PlacementMove,
        Request::EmergencyRetrospective,
        Request::Extension,
        Request::Retainer,
        Request::StaffingRatio,
        Request::TherapeuticOrOther,
        Request::Taxi,
        Request::LeavingCare16plus,
        Request::CourtOrdered,
        Request::CourtMayOrder,
        Request::Review,
        Request::Other,
    ];

    /// The name in configuration and JSON.
    pub const fn key(self) -> &'static str {
        match self {
            Request::NewPlacement => "new_placement",
            Request::PlacementMove => "placement_move",
            Request::EmergencyRetrospective => "emergency_retrospective",
            Request::Extension => "extension",
            Request::Retainer => "retainer",
            Request::StaffingRatio => "staffing_ratio",
            Request::TherapeuticOrOther => "therapeutic_or_other",
            Request::Taxi => "taxi",
            Request::LeavingCare16plus => "leaving_care_16plus",
            Request::CourtOrdered => "court_ordered",
            Request::CourtMayOrder => "court_may_order",
            Request::Review => "review",
            Request::Other => "other",
        }
    }
}
