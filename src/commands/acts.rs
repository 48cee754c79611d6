//! The administrator's hand: what she says about a case or a paper, always with her name and a reason.

use std::path::PathBuf;

use clap::Args;

/// Who says so, and why.
#[derive(Debug, Args)]
pub struct Hand {
    /// Your name; your login is recorded as well
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Why, for the audit trail
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Debug, Args)]
pub struct Expect {
    /// Its case number
    case: String,
    /// What will be asked: `new_placement`, `review`, `taxi` ...
    #[arg(long, value_name = "REQUEST")]
    request: Option<String>,
    /// The child's name, so that loose papers can be filed
    #[arg(long, value_name = "NAME")]
    child: Option<String>,
    /// Entered by telephone: the child is placed already, or will be before the meeting
    #[arg(long)]
    emergency: bool,
    /// When the child was placed
    #[arg(long, value_name = "DATE")]
    placed_on: Option<String>,
    /// Who authorised the emergency placement
    #[arg(long, value_name = "NAME")]
    authorised_by: Option<String>,
    /// The meeting; left out, the next one
    #[arg(long, value_name = "MEETING")]
    meeting: Option<String>,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct Receive {
    /// The paper, as saved from the mail
    file: PathBuf,
    /// The case it belongs to
    case: String,
    /// When it reached you, for example `2026-11-18T14:40`
    #[arg(long, value_name = "TIME")]
    at: String,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct Assign {
    /// The paper's number, such as `P12`
    paper: String,
    /// The case it belongs to
    case: String,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct SetKind {
    /// The paper's number, such as `P12`
    paper: String,
    /// `referral`, `assessment`, `care_plan` ...
    kind: String,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct OnPaper {
    /// The paper's number, such as `P12`
    paper: String,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct OnCase {
    /// Its case number
    case: String,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct Accept {
    /// A case number, or a paper's number such as `P12`
    what: String,
    #[command(flatten)]
    hand: Hand,
}

#[derive(Debug, Args)]
pub struct Move {
    /// Its case number
    case: String,
    /// The date of the meeting it goes to
    meeting: String,
    #[command(flatten)]
    hand: Hand,
}
