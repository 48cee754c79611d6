//! The sheets of the meeting workbook and their columns.
//!
//! A sheet is found by its name, a column by its header and a row by its key column, so that sorting, filtering and
//! moving columns do no harm.

use crate::stationery::excel::CellLook;

/// A sheet of the meeting workbook.
#[derive(Debug)]
pub struct SheetPlan {
    pub name: &'static str,
    /// A word for the person who opens it.
    pub intro: &'static str,
    /// The header of the column that names the row.
    pub key: &'static str,
    pub columns: &'static [ColumnPlan],
    /// Rows can be added: the key is a running number or a name she types.
    pub free: bool,
    /// Columns that stay in sight.
    pub frozen: u16,
}

#[derive(Debug)]
pub struct ColumnPlan {
    pub header: &'static str,
    pub width: f64,
    pub look: CellLook,
    pub whose: Whose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Ours,
    Hers,
}

/// The last column of every sheet.
pub const WRONG: &str = "What is wrong";

const fn ours(header: &'static str, width: f64) -> ColumnPlan {
    ColumnPlan { header, width, look: CellLook::Text, whose: Whose::Ours }
}

const fn hers(header: &'static str, width: f64) -> ColumnPlan {
    ColumnPlan { header, width, look: CellLook::Text, whose: Whose::Hers }
}

const fn looking(mut column: ColumnPlan, look: CellLook) -> ColumnPlan {
    column.look = look;
    column
}

const WRONG_COLUMN: ColumnPlan = looking(ours(WRONG, 42.0), CellLook::Wrong);

pub const MEETING: SheetPlan = SheetPlan {
    name: "Meeting",
    intro: "Type only in the pale yellow cells; grey cells are filled in for you. Nothing is done while the workbook is open: \
            save and close it, and what you typed is done.",
    key: "About",
    columns: &[ours("About", 24.0), ours("What we know", 60.0), hers("Fill in", 24.0), WRONG_COLUMN],
    free: false,
    frozen: 1,
};

pub const CASES: SheetPlan = SheetPlan {
    name: "Cases",
    intro: "Every case of this meeting. Choose what to do, and give your name and the reason.",
    key: "Case",
    columns: &[
        ours("Case", 12.0),
        ours("Child", 20.0),
        ours("Request", 22.0),
        ours("Status", 15.0),
        ours("What is missing or to be looked at", 56.0),
        ours("Received", 14.0),
        ours("Listed", 14.0),
        ours("Emergency", 14.0),
        ours("Attendance", 22.0),
        hers("Attending", 14.0),
        hers("What to do", 24.0),
        looking(hers("To meeting", 13.0), CellLook::Date),
        hers("Who", 26.0),
        hers("By", 18.0),
        hers("Reason", 34.0),
        WRONG_COLUMN,
    ],
    free: false,
    frozen: 2,
};

pub const PAPERS: SheetPlan = SheetPlan {
    name: "Documents",
    intro: "Every document that came in. Say whose it is, what it is, or take it out; give your name and the reason.",
    key: "Document",
    columns: &[
        ours("Document", 8.0),
        ours("Case", 12.0),
        ours("Kind", 20.0),
        ours("File", 38.0),
        looking(ours("Version", 8.0), CellLook::Whole),
        looking(ours("Pages", 7.0), CellLook::Whole),
        ours("Received", 14.0),
        ours("State", 16.0),
        ours("Child confirmed", 15.0),
        ours("To be looked at", 46.0),
        hers("Belongs to case", 15.0),
        hers("Kind is", 20.0),
        hers("Child is confirmed", 12.0),
        hers("What to do", 24.0),
        hers("By", 18.0),
        hers("Reason", 34.0),
        WRONG_COLUMN,
    ],
    free: false,
    frozen: 2,
};

pub const AGENDA: SheetPlan = SheetPlan {
    name: "Agenda",
    intro: "The agenda as it stands. Give a case another place, time or length; what you leave empty stays as it is.",
    key: "Line",
    columns: &[
        ours("Line", 12.0),
        looking(ours("Now at", 8.0), CellLook::Time),
        looking(ours("Now minutes", 9.0), CellLook::Whole),
        ours("Item", 34.0),
        ours("Child", 14.0),
        ours("Presented by", 28.0),
        ours("Marked", 28.0),
        looking(hers("Order", 8.0), CellLook::Whole),
        looking(hers("Time", 8.0), CellLook::Time),
        looking(hers("Minutes", 9.0), CellLook::Whole),
        hers("Note", 36.0),
        hers("What to do", 20.0),
        hers("By", 18.0),
        WRONG_COLUMN,
    ],
    free: false,
    frozen: 1,
};

pub const EXPECTED: SheetPlan = SheetPlan {
    name: "Expected",
    intro: "Children a team has told you about before any document came, emergencies by telephone, decisions taken outside the panel \
            with written authority; and early alerts, which stay here and are on no agenda. One line each.",
    key: "No.",
    columns: &[
        looking(ours("No.", 6.0), CellLook::Whole),
        hers("Case", 12.0),
        hers("Child", 22.0),
        hers("Request", 24.0),
        hers("Emergency", 11.0),
        looking(hers("Placed on", 12.0), CellLook::Date),
        hers("Authorised by", 20.0),
        looking(hers("Authorised on", 12.0), CellLook::Date),
        hers("Tracking only", 10.0),
        hers("Presented by", 30.0),
        hers("Attending", 14.0),
        looking(hers("Decided outside on", 12.0), CellLook::Date),
        hers("Written authority of", 24.0),
        hers("What was decided", 30.0),
        hers("Early alert", 12.0),
        hers("Manager spoken to", 22.0),
        looking(hers("Spoken to on", 12.0), CellLook::Date),
        hers("Next step", 34.0),
        hers("By", 18.0),
        WRONG_COLUMN,
    ],
    free: true,
    frozen: 2,
};

pub const DUE: SheetPlan = SheetPlan {
    name: "Due",
    intro: "What must come back to the panel, the most pressing first. Choose `yes` to take a case onto this meeting's agenda. \
            `Seen to otherwise` is for a care leaver whose options were looked at without an item of the panel.",
    key: "Item",
    columns: &[
        ours("Item", 30.0),
        looking(ours("Due", 12.0), CellLook::Date),
        ours("Overdue", 10.0),
        ours("Case", 12.0),
        ours("Due back to panel", 64.0),
        ours("Listed", 16.0),
        hers("Take onto this agenda", 12.0),
        hers("Seen to otherwise", 12.0),
        hers("By", 18.0),
        hers("Reason", 34.0),
        WRONG_COLUMN,
    ],
    free: false,
    frozen: 1,
};

pub const OPEN_ACTIONS: SheetPlan = SheetPlan {
    name: "Open actions",
    intro: "What earlier meetings said must be done. Mark what is done and give your name; it leaves the next agenda.",
    key: "Action",
    columns: &[
        ours("Action", 15.0),
        ours("Case", 12.0),
        ours("What", 56.0),
        ours("Owner", 24.0),
        looking(ours("Due", 12.0), CellLook::Date),
        ours("Overdue", 10.0),
        ours("The update form says", 44.0),
        ours("Done", 26.0),
        hers("What to do", 14.0),
        hers("By", 18.0),
        hers("Reason", 34.0),
        WRONG_COLUMN,
    ],
    free: false,
    frozen: 1,
};

pub const DEADLINES: SheetPlan = SheetPlan {
    name: "Deadlines",
    intro: "What must be seen to by when, for this meeting and those before it. Mark what is done and give your name. What has passed is red.",
    key: "Deadline",
    columns: &[
        ours("Deadline", 30.0),
        looking(ours("Due", 12.0), CellLook::Date),
        ours("Overdue", 10.0),
        ours("Case", 12.0),
        ours("What", 60.0),
        ours("Done", 30.0),
        hers("What to do", 14.0),
        hers("By", 18.0),
        hers("Reason", 34.0),
        WRONG_COLUMN,
    ],
    free: false,
    frozen: 1,
};

pub const ATTENDANCE: SheetPlan = SheetPlan {
    name: "Attendance",
    intro: "Who was there. Members are listed already; add substitutes and observers below.",
    key: "Name",
    columns: &[
        ours("Name", 24.0),
        ours("Role", 34.0),
        ours("Agency", 26.0),
        hers("Presence", 14.0),
        hers("Standing in for", 24.0),
        hers("Interest in cases", 24.0),
        hers("Kept out of by the chair", 24.0),
        WRONG_COLUMN,
    ],
    free: true,
    frozen: 1,
};

pub const DECISIONS: SheetPlan = SheetPlan {
    name: "Decisions",
    intro: "What was decided, one line for each case considered. An empty cell is recorded as nothing. `as planned` takes over what the \
            agenda says, `yes` in `Cost as requested` what the form asks for; a share may be typed as a percentage of the amount a week.",
    key: "Case",
    columns: &[
        looking(ours("Planned for", 10.0), CellLook::Time),
        ours("Case", 12.0),
        ours("Child", 14.0),
        ours("Request", 22.0),
        ours("Cost requested", 26.0),
        hers("Cost as requested", 11.0),
        ours("To present it", 26.0),
        looking(hers("Time considered", 11.0), CellLook::Time),
        hers("Presented by", 26.0),
        hers("Decision", 20.0),
        hers("Reason", 36.0),
        hers("Decided by", 13.0),
        hers("Placement agreed", 30.0),
        looking(hers("A week", 12.0), CellLook::Money),
        looking(hers("Social care", 12.0), CellLook::Money),
        looking(hers("Health", 12.0), CellLook::Money),
        looking(hers("Education", 12.0), CellLook::Money),
        looking(hers("Other", 12.0), CellLook::Money),
        looking(hers("Paid once", 12.0), CellLook::Money),
        looking(hers("From parents a week", 14.0), CellLook::Money),
        looking(hers("From", 12.0), CellLook::Date),
        looking(hers("To", 12.0), CellLook::Date),
        looking(hers("Review", 12.0), CellLook::Date),
        hers("Conditions", 36.0),
        hers("Discussion", 48.0),
        hers("Panel on health", 30.0),
        hers("Panel on education", 30.0),
        hers("Panel on other needs", 30.0),
        ours("Outcomes promised", 36.0),
        hers("Achieved?", 30.0),
        hers("Dissent", 24.0),
        hers("Placement survey completed", 12.0),
        hers("Name brothers and sisters", 12.0),
        WRONG_COLUMN,
    ],
    free: false,
    frozen: 3,
};

pub const ACTIONS: SheetPlan = SheetPlan {
    name: "Actions",
    intro: "What must be done after the meeting. Leave the case empty for an action of the panel itself.",
    key: "No.",
    columns: &[
        looking(ours("No.", 6.0), CellLook::Whole),
        hers("Case", 14.0),
        hers("What", 60.0),
        hers("Owner", 26.0),
        looking(hers("Due", 12.0), CellLook::Date),
        WRONG_COLUMN,
    ],
    free: true,
    frozen: 1,
};

pub const ORDERS: SheetPlan = SheetPlan {
    name: "Tasks",
    intro: "Choose `yes`, type your name, save and close the workbook: tasks are begun when it is closed. What was done is written here.",
    key: "Task",
    columns: &[
        ours("Task", 26.0),
        ours("What happens", 56.0),
        hers("Do it", 9.0),
        hers("By", 20.0),
        hers("Reason", 34.0),
        ours("Last done", 20.0),
        ours("Result", 46.0),
        WRONG_COLUMN,
    ],
    free: false,
    frozen: 1,
};

pub const LETTERS: SheetPlan = SheetPlan {
    name: "Emails",
    intro: "Every email of this meeting and how far it got. Say which drafts you have sent yourself: they leave the outbox. Beside a recall, say when its reader answered.",
    key: "Email",
    columns: &[
        ours("Email", 9.0),
        ours("Kind of email", 14.0),
        ours("To", 28.0),
        ours("How far it got", 32.0),
        ours("Since", 26.0),
        ours("Recall answered", 26.0),
        hers("What to do", 24.0),
        looking(hers("On", 12.0), CellLook::Date),
        hers("By", 18.0),
        hers("Reason", 34.0),
        WRONG_COLUMN,
    ],
    free: false,
    frozen: 1,
};

/// What sheets were called before: a workbook of that time is read as it is.
pub const SHEETS_BEFORE: [(&str, &str); 3] =
    [("Tasks", "Orders"), ("Documents", "Papers"), ("Emails", "Letters")];

/// The same of columns, by their sheet.
pub const COLUMNS_BEFORE: [(&str, &str, &str); 6] = [
    ("Tasks", "Task", "Order"),
    ("Documents", "Document", "Paper"),
    ("Emails", "Email", "Letter"),
    ("Due", "Item", "Owed"),
    ("Decisions", "Time considered", "Time heard"),
    ("Decisions", "Placement survey completed", "Provider survey done"),
];

/// In the order of the tabs.
pub const SHEETS: [&SheetPlan; 13] = [
    &MEETING,
    &CASES,
    &PAPERS,
    &AGENDA,
    &EXPECTED,
    &DUE,
    &OPEN_ACTIONS,
    &DEADLINES,
    &ATTENDANCE,
    &DECISIONS,
    &ACTIONS,
    &LETTERS,
    &ORDERS,
];

impl SheetPlan {
    pub fn column(&self, header: &str) -> Option<&ColumnPlan> {
        self.columns.iter().find(|column| column.header == header)
    }
}

/// Headers and names are compared without regard to case, spaces and punctuation.
pub fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
