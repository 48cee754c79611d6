//! Makes the Word templates in `templates/`: agenda, minutes, decision note, amendment and breach list, with Handlebars tags in them.
//!
//! `cargo run --example make_templates`, and a folder where they are not to go to `templates/`. They are only a start: each council changes its own in Word.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use docx_rs::{
    AlignmentType, Docx, Footer, Header, LineSpacing, NumPages, PageMargin, PageNum, Paragraph,
    ParagraphBorder, ParagraphBorderPosition, ParagraphBorders, Run, RunFonts, Shading, Style, StyleType,
    Tab, TabValueType, Table, TableBorder, TableBorderPosition, TableBorders, TableCell, TableCellMargins,
    TableLayoutType, TableRow, VAlignType, WidthType,
};

const INK: &str = "1F2A37";
const NAVY: &str = "1F3A5F";
const QUIET: &str = "5B6775";
const TINT: &str = "E9EEF4";
const PALE: &str = "F5F7FA";
const RULE: &str = "B9C3CE";
const ALARM: &str = "9B1C1C";
/// Twentieths of a point between the margins of an A4 page.
const WIDTH: usize = 9638;
/// The height that marks a row to be repeated at the head of each page; see [`finished`].
const HEADER_ROW: f32 = 343.0;

fn main() -> Result<()> {
    let named = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"));
    fs::create_dir_all(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    // All are made before the first is written: the builder numbers their parts in the order in which they are made.
    let documents = [
        ("agenda", Box::new(agenda())),
        ("minutes", Box::new(minutes())),
        ("decision_note", Box::new(decision_note())),
        ("breach", Box::new(breach())),
        ("amendment", Box::new(amendment())),
    ];
    for (name, document) in documents {
        let path = folder.join(format!("{name}.docx"));
        let mut file = tempfile::NamedTempFile::new_in(&folder)?;
        file.write_all(&finished(*document)?)?;
        file.persist(&path).with_context(|| format!("cannot write `{}`", path.display()))?;
        println!("{}", path.display());
    }
    Ok(())
}

#[expect(clippy::too_many_lines, reason = "one document, from its top to its bottom")]
fn agenda() -> Docx {
    let widths = [1240, 4098, 1850, 2450];
    let heading_row =
        TableRow::new(vec![cell(WIDTH, 4, TINT, vec![strong("{{heading}}", NAVY).keep_next(true)])]);
    let standing_row = TableRow::new(vec![
        cell(widths[0], 1, "", vec![plain("{{starts}}"), small("{{minutes}} min")]),
        cell(
            WIDTH - widths[0],
            3,
            "",
            vec![
                strong("{{#if number}}{{number}}  {{/if}}{{title}}", INK),
                small("{{#if note}}{{note}}{{/if}}"),
            ],
        ),
    ]);
    let break_row = TableRow::new(vec![
        cell(widths[0], 1, PALE, vec![quiet("{{starts}}")]),
        cell(WIDTH - widths[0], 3, PALE, vec![quiet("Break, {{minutes}} minutes")]),
    ]);
    let case_row = TableRow::new(vec![
        cell(widths[0], 1, "", vec![plain("{{starts}}"), small("to {{until}}"), small("{{minutes}} min")]),
        cell(
            widths[1],
            1,
            "",
            vec![
                paragraph()
                    .add_run(bold("{{number}}  {{child}}"))
                    .add_run(text("{{#if age}}, aged {{age}}{{/if}}")),
                small("{{../case_label}} {{ref}}{{#if pages}} · pack pages {{pages}}{{/if}}"),
                plain("{{#if flags}}"),
                paragraph().add_run(bold("{{flags}}").color(ALARM).size(17)),
                plain("{{/if}}"),
                plain("{{#if note}}"),
                small("{{note}}"),
                plain("{{/if}}"),
            ],
        ),
        cell(widths[2], 1, "", vec![plain("{{request}}")]),
        cell(widths[3], 1, "", vec![small("{{presenters}}")]),
    ])
    .cant_split();
    let tag_row = |tag: &str| TableRow::new(vec![cell(WIDTH, 4, "", vec![plain(tag)])]);
    let items = table(&widths)
        .add_row(header_row(&widths, &["Time", "Child and case", "Request", "Presented by"]))
        .add_row(tag_row("{{#each lines}}"))
        .add_row(tag_row("{{#if heading}}"))
        .add_row(heading_row)
        .add_row(tag_row("{{/if}}"))
        .add_row(tag_row("{{#if standing}}"))
        .add_row(standing_row)
        .add_row(tag_row("{{/if}}"))
        .add_row(tag_row("{{#if pause}}"))
        .add_row(break_row)
        .add_row(tag_row("{{/if}}"))
        .add_row(tag_row("{{#if case}}"))
        .add_row(case_row)
        .add_row(tag_row("{{/if}}"))
        .add_row(tag_row("{{/each}}"));
    let waiting = [1700, 3100, 4838];
    let not_slotted = table(&waiting)
        .add_row(header_row(&waiting, &["{{case_label}}", "Child", "Request"]))
        .add_row(row(&waiting, &["{{#each not_slotted}}{{ref}}", "{{child}}", "{{request}}{{/each}}"]));
    let asked = [4238, 2700, 2700];
    let funding = table(&asked)
        .add_row(header_row(
            &asked,
            &["Funding requested from", "Weekly total", "Budget remaining this year"],
        ))
        .add_row(row(&asked, &["{{#each funding}}{{funder}}", "{{weekly}}", "{{remaining}}{{/each}}"]))
        .add_row(TableRow::new(vec![
            cell(asked[0], 1, TINT, vec![strong("Total", NAVY)]),
            cell(asked[1], 1, TINT, vec![strong("{{funding_total}}", NAVY)]),
            cell(asked[2], 1, TINT, vec![plain("")]),
        ]));
    let tasks = [1300, 4088, 2000, 2250];
    let actions =
        table(&tasks).add_row(header_row(&tasks, &["{{case_label}}", "Action", "Owner", "By"])).add_row(row(
            &tasks,
            &[
                "{{#each open_actions}}{{ref}}",
                "{{what}}",
                "{{owner}}",
                "{{due}}{{#if overdue}}, overdue{{/if}}{{/each}}",
            ],
        ));
    let owed = [1300, 6088, 2250];
    let due_back = table(&owed).add_row(header_row(&owed, &["{{case_label}}", "What", "Due"])).add_row(row(
        &owed,
        &["{{#each due_back}}{{ref}}", "{{what}}", "{{due}}{{#if overdue}}, overdue{{/if}}{{/each}}"],
    ));
    page("Agenda")
        .add_paragraph(title("Agenda"))
        .add_paragraph(subtitle("{{date}}, {{starts}}{{#if ends}} to {{ends}}{{/if}}{{#if venue}} · {{venue}}{{/if}}"))
        .add_table(facts(&[
            ("Cases to be considered", "{{case_count}}", "Deadline for documents", "{{cutoff}}"),
            ("Chair", "{{chair}}", "Administrator", "{{administrator}}"),
        ]))
        .add_paragraph(plain("{{#if funding}}"))
        .add_paragraph(gap())
        .add_table(funding)
        .add_paragraph(plain("{{/if}}"))
        .add_paragraph(plain("{{#if open_actions}}"))
        .add_paragraph(heading("Open actions of earlier meetings"))
        .add_table(actions)
        .add_paragraph(plain("{{/if}}"))
        .add_paragraph(gap())
        .add_table(items)
        .add_paragraph(plain("{{#if not_slotted}}"))
        .add_paragraph(heading("Cases without a time"))
        .add_paragraph(plain("These did not fit before the end of the meeting. The Chair decides when they are considered."))
        .add_table(not_slotted)
        .add_paragraph(plain("{{/if}}"))
        .add_paragraph(plain("{{#if due_back}}"))
        .add_paragraph(heading("Due back to panel"))
        .add_paragraph(plain("These are not on the agenda."))
        .add_table(due_back)
        .add_paragraph(plain("{{/if}}"))
        .add_paragraph(plain("{{#if next_meeting}}"))
        .add_paragraph(heading("Next meeting"))
        .add_paragraph(plain(
            "{{next_meeting.starts}} {{next_meeting.date}}. Documents to the administrator by {{next_meeting.cutoff}}.",
        ))
        .add_paragraph(plain("{{/if}}"))
}

fn minutes() -> Docx {
    let people = [2500, 3638, 3500];
    let present = table(&people)
        .add_row(header_row(&people, &["Name", "Role", "Agency"]))
        .add_row(row(&people, &["{{#each present}}{{name}}", "{{role}}", "{{agency}}{{/each}}"]));
    let tasks = [1300, 4088, 2000, 2250];
    let actions = table(&tasks)
        .add_row(header_row(&tasks, &["Case", "Action", "Owner", "By"]))
        .add_row(row(&tasks, &["{{#each actions}}{{ref}}", "{{what}}", "{{owner}}", "{{due}}{{/each}}"]));
    let opening = page("Minutes")
        .add_paragraph(title("Minutes"))
        .add_paragraph(subtitle("{{date}}{{#if venue}} · {{venue}}{{/if}}"))
        .add_table(facts(&[("In the chair", "{{chair}}", "Started, ended", "{{started}}, {{ended}}")]))
        .add_paragraph(heading("Present"))
        .add_paragraph(plain("{{#if present}}"))
        .add_table(present)
        .add_paragraph(plain("{{else}}"))
        .add_paragraph(plain("{{present_said}}"))
        .add_paragraph(plain("{{/if}}"))
        .add_paragraph(gap())
        .add_table(wide_facts(&[
            ("Apologies", "{{apologies_said}}"),
            ("Substitutes", "{{substitutes_said}}"),
            ("Observers", "{{observers_said}}"),
            ("Interests declared", "{{interests_said}}"),
            ("", "{{#if quorum}}"),
            ("Quorum", "{{quorum}}"),
            ("", "{{/if}}"),
            ("", "{{#if unrepresented}}"),
            ("Roles not represented", "{{unrepresented}}"),
            ("", "{{/if}}"),
        ]))
        .add_paragraph(heading("Decisions at a glance"))
        .add_table(glance())
        .add_paragraph(plain("{{#if actions}}"))
        .add_paragraph(heading("Actions"))
        .add_table(actions)
        .add_paragraph(plain("{{/if}}"))
        .add_paragraph(plain("{{#if next_meeting}}"))
        .add_paragraph(heading("Next meeting"))
        .add_paragraph(plain("{{next_meeting.starts}} {{next_meeting.date}}"))
        .add_paragraph(plain("{{/if}}"))
        .add_paragraph(plain("{{#each cases}}"))
        .add_paragraph(title("{{number}}  {{child}}").page_break_before(true).size(30))
        .add_paragraph(subtitle(
            "{{../panel}} · {{../date}} · {{../case_label}} {{ref}}{{#if flags}} · {{flags}}{{/if}}",
        ))
        .add_paragraph(plain("{{#if ../category}}"))
        .add_paragraph(
            paragraph().add_run(text("File under: ").color(QUIET)).add_run(bold("{{../category}}")),
        )
        .add_paragraph(plain("{{/if}}"));
    case_record(opening, "../").add_paragraph(plain("{{/each}}"))
}

fn glance() -> Table {
    let widths = [800, 1400, 2588, 2600, 2250];
    table(&widths).add_row(header_row(&widths, &["Item", "Case", "Request", "Decision", "Review"])).add_row(
        row(
            &widths,
            &["{{#each cases}}{{number}}", "{{ref}}", "{{request}}", "{{decision}}", "{{review}}{{/each}}"],
        ),
    )
}

fn decision_note() -> Docx {
    let opening = page("Decision note")
        .add_paragraph(title("{{record_heading}}"))
        .add_paragraph(subtitle("Decision note · {{panel}} · {{date}}"))
        .add_paragraph(plain("{{#with case}}"))
        .add_paragraph(
            paragraph()
                .add_run(bold("{{child}}").size(26).color(NAVY))
                .line_spacing(LineSpacing::new().before(120).after(120)),
        );
    case_record(opening, "../").add_paragraph(plain("{{/with}}")).add_table(wide_facts(&[
        ("", "{{#if escalation}}"),
        ("Challenge or escalation", "{{escalation}}"),
        ("", "{{/if}}"),
    ]))
}

/// A correction of confirmed minutes.
fn amendment() -> Docx {
    page("Amendment to the minutes")
        .add_paragraph(title("Amendment {{number}} to the minutes"))
        .add_paragraph(subtitle("{{panel}} · meeting of {{date}}"))
        .add_paragraph(plain("{{#if ref}}"))
        .add_paragraph(plain("{{#if category}}"))
        .add_paragraph(paragraph().add_run(text("File under: ").color(QUIET)).add_run(bold("{{category}}")))
        .add_paragraph(plain("{{/if}}"))
        .add_table(facts(&[("Child", "{{child}}", "{{case_label}}", "{{ref}}")]))
        .add_paragraph(plain("{{/if}}"))
        .add_paragraph(heading("Correction"))
        .add_paragraph(plain("{{text}}"))
        .add_paragraph(gap())
        .add_table(wide_facts(&[("Amended on", "{{on}}"), ("Entered by", "{{by}}")]))
}

fn breach() -> Docx {
    let widths = [2300, 2500, 2538, 2300];
    let readers = table(&widths)
        .add_row(header_row(&widths, &["Who", "What", "Sent", "Asked back"]))
        .add_row(small_row(
            &widths,
            &["{{#each readers}}{{name}} ({{email}})", "{{what}}", "{{sent}}", "{{recall}}{{/each}}"],
        ));
    page("Breach list")
        .add_paragraph(title("Breach list"))
        .add_paragraph(subtitle("{{case_label}} {{ref}} · {{panel}}"))
        .add_table(wide_facts(&[
            ("Noticed", "{{noticed}}"),
            ("Report due by", "{{report_by}}, 72 hours after it was noticed (UK GDPR, article 33)"),
            ("Written", "{{written}}"),
            ("Emails that arrived or may have", "{{held}}"),
            ("Asked to delete it", "{{asked_back}}"),
            ("Answered that it is deleted", "{{answered}}"),
            ("What happened", ""),
            ("Consequences that are likely", ""),
            ("What has been done about it", ""),
        ]))
        .add_paragraph(heading("Who was sent what"))
        .add_paragraph(small(
            "All times are local. Accepted by the mail server means that it took the email on, not that anybody has read it.",
        ))
        .add_table(readers)
        .add_paragraph(gap())
}

/// What both the minutes and the note say of one case; `outer` leads from the case to the meeting.
fn case_record(document: Docx, outer: &str) -> Docx {
    let label = format!("{{{{{outer}case_label}}}}");
    let papers = [5138, 2400, 2100];
    let tasks = [5088, 2300, 2250];
    document
        .add_table(facts(&[
            (label.as_str(), "{{ref}}", "Date of birth", "{{born}}{{#if age}} ({{age}}){{/if}}"),
            ("Request", "{{request}}", "Legal status", "{{legal_status}}"),
            ("Social worker", "{{social_worker}}", "Team manager", "{{team_manager}}"),
            ("Presented by", "{{presenters}}", "Considered at", "{{heard}}"),
        ]))
        .add_paragraph(gap())
        .add_table(decision_box())
        .add_paragraph(plain("{{#if actions}}"))
        .add_paragraph(heading("Actions"))
        .add_table(
            table(&tasks)
                .add_row(header_row(&tasks, &["What", "Who", "By when"]))
                .add_row(row(&tasks, &["{{#each actions}}{{what}}", "{{owner}}", "{{due}}{{/each}}"])),
        )
        .add_paragraph(plain("{{/if}}"))
        .add_paragraph(heading("Who considered it"))
        .add_table(said(&[
            ("In the chair", "chair"),
            ("Present for this item", "present_for_it"),
            ("Interests in this item", "interests_in_it"),
            ("Excluded by the Chair", "excluded"),
            ("Quorum", "quorum"),
            ("Dissent or escalation", "dissent"),
        ]))
        .add_paragraph(plain("{{#if asked}}"))
        .add_paragraph(heading("What was requested"))
        .add_table(said(&[
            ("Placement type", "placement_type"),
            ("Provider", "provider"),
            ("Home or carer", "home"),
            ("In or out of area", "area"),
            ("Start date", "start"),
            ("Date placed", "placed"),
            ("Permission", "permission"),
            ("Decided outside the panel", "outside"),
            ("Weekly cost requested", "asked_weekly"),
            ("One-off cost requested", "asked_once"),
            ("Contribution by parents, on the form", "asked_parents"),
        ]))
        .add_paragraph(plain("{{/if}}"))
        .add_paragraph(heading("What the panel considered"))
        .add_table(said(&[
            ("Discussion", "discussion"),
            ("Alternatives considered", "alternatives"),
            ("The child's wishes and feelings", "child_views"),
            ("Parents' and carers' views", "parent_views"),
            ("Health, on the form", "health"),
            ("The panel on health", "panel_health"),
            ("Education, on the form", "education"),
            ("The panel on education", "panel_education"),
            ("Other needs, on the form", "other_needs"),
            ("The panel on other needs", "panel_needs"),
            ("Plan for permanence", "permanence"),
            ("Outcomes to be achieved when last considered", "promised"),
            ("Achieved?", "achieved"),
            ("{{survey_label}}", "survey"),
        ]))
        .add_paragraph(plain("{{#if papers}}"))
        .add_paragraph(heading("Documents considered"))
        .add_table(
            table(&papers).add_row(header_row(&papers, &["Document", "Dated", "Pack pages"])).add_row(
                small_row(&papers, &["{{#each papers}}{{title}}", "{{dated}}", "{{pages}}{{/each}}"]),
            ),
        )
        .add_paragraph(plain("{{/if}}"))
        .add_paragraph(gap())
}

/// Labels with a field each; a field that says nothing has no row.
fn said(rows: &[(&str, &str)]) -> Table {
    let tags: Vec<(String, String)> = rows
        .iter()
        .flat_map(|(label, field)| {
            [
                (String::new(), format!("{{{{#if {field}}}}}")),
                ((*label).to_owned(), format!("{{{{{field}}}}}")),
                (String::new(), "{{/if}}".to_owned()),
            ]
        })
        .collect();
    let rows: Vec<(&str, &str)> =
        tags.iter().map(|(label, value)| (label.as_str(), value.as_str())).collect();
    wide_facts(&rows)
}

fn decision_box() -> Table {
    let widths = [2400, 7238];
    let wide = |label: &str, value: Paragraph| {
        TableRow::new(vec![
            cell(widths[0], 1, TINT, vec![strong(label, NAVY)]),
            cell(widths[1], 1, TINT, vec![value]),
        ])
    };
    let tag = |tag: &str| TableRow::new(vec![cell(WIDTH, 2, "", vec![plain(tag)])]);
    table(&widths)
        .add_row(wide("Decision", paragraph().add_run(bold("{{decision}}").size(26))))
        .add_row(wide("Reason", plain("{{reason}}")))
        .add_row(wide("Decided by", plain("{{decided_by}}")))
        .add_row(tag("{{#if placement}}"))
        .add_row(wide("Placement agreed", plain("{{placement}}")))
        .add_row(tag("{{/if}}"))
        .add_row(tag("{{#if period}}"))
        .add_row(wide("Agreed period", plain("{{period}}")))
        .add_row(tag("{{/if}}"))
        .add_row(tag("{{#if weekly}}"))
        .add_row(wide(
            "Weekly cost",
            paragraph()
                .add_run(bold("{{weekly}}"))
                .add_run(text("{{#each split}}{{#if @first}}: {{/if}}{{funder}} {{amount}}{{#unless @last}}, {{/unless}}{{/each}}")),
        ))
        .add_row(tag("{{/if}}"))
        .add_row(tag("{{#if once}}"))
        .add_row(wide("Paid once", plain("{{once}}")))
        .add_row(tag("{{/if}}"))
        .add_row(tag("{{#if parents}}"))
        .add_row(wide("Parents' contribution", plain("{{parents}}")))
        .add_row(tag("{{/if}}"))
        .add_row(tag("{{#if review}}"))
        .add_row(wide("Review date", strong("{{review}}", INK)))
        .add_row(tag("{{/if}}"))
        .add_row(tag("{{#if conditions}}"))
        .add_row(wide("Conditions", plain("{{conditions}}")))
        .add_row(tag("{{/if}}"))
}

/// An A4 page with the panel's header and footer.
fn page(kind: &str) -> Docx {
    let right = || Tab::new().val(TabValueType::Right).pos(WIDTH);
    let line = |position| {
        ParagraphBorders::with_empty().set(ParagraphBorder::new(position).size(6).space(4).color(RULE))
    };
    let mut header = paragraph()
        .add_tab(right())
        .add_run(bold("{{council}}").color(NAVY).size(18))
        .add_run(text("  {{panel}}").color(QUIET).size(18))
        .add_run(Run::new().add_tab())
        .add_run(bold("{{marking}}").color(ALARM).size(18));
    header.property = header.property.set_borders(line(ParagraphBorderPosition::Bottom));
    let mut footer = paragraph()
        .style("Footer")
        .add_tab(right())
        .add_run(bold("{{marking}}").color(ALARM).size(16))
        .add_run(
            text(&format!("  {kind}, {{{{date}}}}{{{{#if status}}}} · {{{{status}}}}{{{{/if}}}}"))
                .color(QUIET)
                .size(16),
        )
        .add_run(Run::new().add_tab())
        .add_run(text("Page ").color(QUIET).size(16))
        .add_page_num(PageNum::new())
        .add_run(text(" of ").color(QUIET).size(16))
        .add_num_pages(NumPages::new());
    footer.property = footer.property.set_borders(line(ParagraphBorderPosition::Top));
    let margins =
        PageMargin { top: 1360, bottom: 1134, left: 1134, right: 1134, header: 624, footer: 510, gutter: 0 };
    let arial = RunFonts::new().ascii("Arial").hi_ansi("Arial").cs("Arial").east_asia("Arial");
    Docx::new()
        .default_fonts(arial)
        .default_size(20)
        .page_size(11906, 16838)
        .page_margin(margins)
        .add_style(style("Title", "Title", 40, 0, 40))
        .add_style(Style::new("Footer", StyleType::Paragraph).name("footer").size(16).color(QUIET))
        .add_style(style("Heading1", "heading 1", 24, 280, 100).outline_lvl(0))
        .header(Header::new().add_paragraph(header))
        .footer(Footer::new().add_paragraph(footer))
}

fn style(id: &str, name: &str, size: usize, before: u32, after: u32) -> Style {
    Style::new(id, StyleType::Paragraph)
        .name(name)
        .size(size)
        .bold()
        .color(NAVY)
        .line_spacing(LineSpacing::new().before(before).after(after))
}

fn text(words: &str) -> Run {
    Run::new().add_text(words).color(INK)
}

fn bold(words: &str) -> Run {
    text(words).bold()
}

fn paragraph() -> Paragraph {
    Paragraph::new().line_spacing(LineSpacing::new().before(20).after(20))
}

fn plain(words: &str) -> Paragraph {
    paragraph().add_run(text(words))
}

fn strong(words: &str, color: &str) -> Paragraph {
    paragraph().add_run(bold(words).color(color))
}

fn small(words: &str) -> Paragraph {
    paragraph().add_run(text(words).color(QUIET).size(17))
}

fn quiet(words: &str) -> Paragraph {
    paragraph().add_run(text(words).color(QUIET).italic())
}

fn gap() -> Paragraph {
    Paragraph::new().line_spacing(LineSpacing::new().before(0).after(0).line(160))
}

fn title(words: &str) -> Paragraph {
    Paragraph::new().style("Title").keep_next(true).add_run(Run::new().add_text(words))
}

fn subtitle(words: &str) -> Paragraph {
    Paragraph::new()
        .line_spacing(LineSpacing::new().before(0).after(200))
        .add_run(text(words).color(QUIET).size(22))
}

fn heading(words: &str) -> Paragraph {
    Paragraph::new().style("Heading1").keep_next(true).add_run(Run::new().add_text(words))
}

/// An empty table with thin lines between its rows.
fn table(widths: &[usize]) -> Table {
    let line = |position| TableBorder::new(position).size(4).color(RULE);
    let borders = TableBorders::with_empty()
        .set(line(TableBorderPosition::Top))
        .set(line(TableBorderPosition::Bottom))
        .set(line(TableBorderPosition::InsideH));
    Table::new(Vec::new())
        .set_grid(widths.to_vec())
        .layout(TableLayoutType::Fixed)
        .width(widths.iter().sum(), WidthType::Dxa)
        .margins(TableCellMargins::new().margin(30, 90, 30, 90))
        .set_borders(borders)
}

fn cell(width: usize, across: usize, fill: &str, paragraphs: Vec<Paragraph>) -> TableCell {
    let mut cell = TableCell::new().width(width, WidthType::Dxa).vertical_align(VAlignType::Top);
    if across > 1 {
        cell = cell.grid_span(across);
    }
    if !fill.is_empty() {
        cell = cell.shading(Shading::new().fill(fill));
    }
    paragraphs.into_iter().fold(cell, TableCell::add_paragraph)
}

fn header_row(widths: &[usize], labels: &[&str]) -> TableRow {
    let cells = widths.iter().zip(labels).map(|(width, label)| {
        let words = Run::new().add_text(*label).bold().size(18).color("FFFFFF");
        cell(*width, 1, NAVY, vec![paragraph().align(AlignmentType::Left).keep_next(true).add_run(words)])
    });
    TableRow::new(cells.collect()).row_height(HEADER_ROW).cant_split()
}

fn row(widths: &[usize], values: &[&str]) -> TableRow {
    let cells = widths.iter().zip(values).map(|(width, value)| cell(*width, 1, "", vec![plain(value)]));
    TableRow::new(cells.collect()).cant_split()
}

fn small_row(widths: &[usize], values: &[&str]) -> TableRow {
    let cells = widths.iter().zip(values).map(|(width, value)| cell(*width, 1, "", vec![small(value)]));
    TableRow::new(cells.collect()).cant_split()
}

/// Labels and values in four columns.
fn facts(rows: &[(&str, &str, &str, &str)]) -> Table {
    let widths = [1900, 2919, 1900, 2919];
    rows.iter().fold(table(&widths), |table, (label, value, other, more)| {
        table.add_row(TableRow::new(vec![
            cell(widths[0], 1, PALE, vec![small(label)]),
            cell(widths[1], 1, "", vec![plain(value)]),
            cell(widths[2], 1, PALE, vec![small(other)]),
            cell(widths[3], 1, "", vec![plain(more)]),
        ]))
    })
}

/// Labels and long values in two columns.
fn wide_facts(rows: &[(&str, &str)]) -> Table {
    let widths = [2400, 7238];
    rows.iter().fold(table(&widths), |table, (label, value)| {
        table.add_row(TableRow::new(vec![
            cell(widths[0], 1, PALE, vec![small(label)]),
            cell(widths[1], 1, "", vec![plain(value)]),
        ]))
    })
}

/// Packs the document, with what the builder cannot say: header rows are repeated on every page.
fn finished(document: Docx) -> Result<Vec<u8>> {
    let mut packed = Cursor::new(Vec::new());
    document.build().pack(&mut packed)?;
    let mut archive = zip::ZipArchive::new(packed)?;
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let name = entry.name()?.into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        if name == "word/document.xml" {
            let xml = String::from_utf8(bytes)?;
            bytes = xml
                .replace("<w:trHeight w:val=\"343\"", "<w:tblHeader/><w:trHeight w:val=\"343\"")
                .into_bytes();
            let text = String::from_utf8_lossy(&bytes);
            assert!(
                text.contains("w:tblHeader") || !text.contains("w:val=\"343\""),
                "the builder writes rows differently now"
            );
        }
        if !entry.is_dir() {
            out.start_file(name, options)?;
            out.write_all(&bytes)?;
        }
    }
    Ok(out.finish()?.into_inner())
}
