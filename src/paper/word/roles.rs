//! What an open element of a Word part means for its content and for its end.

/// The meaning of one open element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Plain,
    /// Nothing inside is read.
    Skip,
    Paragraph,
    ParagraphProperties,
    /// The list a paragraph belongs to.
    ListPlace,
    /// Of the paragraph's end.
    MarkProperties,
    Run,
    RunProperties,
    Table,
    Row,
    RowProperties,
    Cell,
    CellProperties,
    TextBox,
    Control,
    ControlProperties,
    ControlContent,
    Deleted,
    Text,
    Instruction,
    FieldStart,
    SimpleField,
    FormField,
    Alternatives,
    /// The same, one of them already read.
    AlternativeTaken,
    Section,
    Note,
    DrawnParagraph,
}
