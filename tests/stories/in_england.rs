//! A workbook's pages show what Excel shows on a computer set to England, and every number and date is looked for on them.

use rust_xlsxwriter::{Format, FormatAlign, Note, Workbook};

use crate::built::{OFFICE, RELATIONS, SHEET, desk, package, xlsx};

/// A workbook of one sheet, its formats, and its settings; `more` are further parts.
fn book(settings: &str, formats: &str, sheet: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let book = format!(
        "<workbook xmlns=\"{SHEET}\" xmlns:r=\"{OFFICE}\">{settings}<sheets><sheet name=\"Costs\" sheetId=\"1\" r:id=\"r\"/></sheets></workbook>"
    );
    let relations = format!(
        "<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"r\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
         <Relationship Id=\"s\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>"
    );
    let styles = format!(
        "<styleSheet xmlns=\"{SHEET}\">{formats}<fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>\
         <fills count=\"1\"><fill/></fills><borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs>\
         <cellXfs count=\"4\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"170\"/><xf numFmtId=\"171\"/></cellXfs></styleSheet>"
    );
    let sheet = format!("<worksheet xmlns=\"{SHEET}\" xmlns:r=\"{OFFICE}\">{sheet}</worksheet>");
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    parts.extend_from_slice(more);
    package("xl/workbook.xml", "spreadsheetml.sheet", &parts)
}

const WIDE: &str = "<cols><col min=\"1\" max=\"4\" width=\"30\" customWidth=\"1\"/></cols>";

/// The words of each page line after line, and what is said of it.
#[track_caller]
fn shows(name: &str, workbook: &[u8], wanted: &[&str], unwanted: &[&str]) {
    let desk = desk(20, &[]);
    let pages = desk.pages(name, workbook);
    for words in wanted {
        assert!(pages.contains(words), "{name}: `{words}` in {pages}");
    }
    for words in unwanted {
        assert!(!pages.contains(words), "{name}: `{words}` in {pages}");
    }
    assert_eq!(desk.said(name, workbook), "", "{name}");
}

#[test]
fn dates_stand_day_first_whoever_wrote_the_workbook() {
    let mut typed = Workbook::new();
    let sheet = typed.add_worksheet();
    sheet.set_column_width(0, 40).unwrap();
    let short = Format::new().set_num_format_index(14);
    let moment = Format::new().set_num_format_index(22);
    let own = Format::new().set_num_format("d mmmm yyyy");
    let long = Format::new().set_num_format("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy");
    for (row, (serial, format)) in
        [(46_338.0, &short), (46_338.604_166_666, &moment), (46_340.0, &own), (46_341.0, &long)]
            .into_iter()
            .enumerate()
    {
        sheet.write_with_format(u32::try_from(row).unwrap(), 0, serial, format).unwrap();
    }
    let typed = typed.save_to_buffer().unwrap();
    let right = ["12/11/2026", "12/11/2026 14:30", "14 November 2026", "15 November 2026"];
    shows("typed.xlsx", &typed, &right, &["11/12/2026", "2026-11"]);

    let cells =
        format!("{WIDE}<sheetData><row r=\"1\"><c r=\"A1\" s=\"1\"><v>39885</v></c></row></sheetData>");
    let settings = "<workbookPr date1904=\"1\"/><extLst><ext uri=\"{1}\"><x:workbookPr xmlns:x=\"urn:x\"/></ext></extLst>";
    shows("mac.xlsx", &book(settings, "", &cells, &[]), &["14/03/2013"], &["2009"]);

    let cells = format!(
        "{WIDE}<sheetData><row r=\"1\"><c r=\"A1\" t=\"d\"><v>2026-11-12T00:00:00</v></c><c r=\"B1\" s=\"1\" t=\"d\"><v>2026-12-01</v></c></row></sheetData>"
    );
    shows("iso.xlsx", &book("", "", &cells, &[]), &["12/11/2026", "01/12/2026"], &["2026-1"]);
}

#[test]
fn numbers_are_those_excel_shows() {
    let formats = "<numFmts count=\"2\"><numFmt numFmtId=\"170\" formatCode=\"GENERAL\"/><numFmt numFmtId=\"171\" formatCode=\"[h]:mm\"/></numFmts>";
    let cells = "<sheetData><row r=\"1\"><c r=\"A1\" s=\"2\"><v>4250</v></c><c r=\"B1\" s=\"3\"><v>1.5625</v></c>\
        <c r=\"C1\"><v>584.0357142857142</v></c><c r=\"D1\"><v>0.09990000000000002</v></c></row></sheetData>";
    shows(
        "general.xlsx",
        &book("", formats, cells, &[]),
        &["4250", "37:30", "584.0357", "0.0999"],
        &["GENERAL", "37.5", "584.03571"],
    );

    let mut accounts = Workbook::new();
    let sheet = accounts.add_worksheet();
    sheet.set_column_width(0, 30).unwrap();
    let pounds = |code: &str| Format::new().set_num_format(code);
    let accounting = "_-[$£-809]* #,##0.00_-;\\-[$£-809]* #,##0.00_-;_-[$£-809]* \"-\"??_-;_-@_-";
    for (row, (number, code)) in [
        (99.5, accounting),
        (-125.5, accounting),
        (7_700_900_123.0, "00000 000000"),
        (1_234_567.0, "#,##0,\"k\""),
        (0.125, "0.0%"),
    ]
    .into_iter()
    .enumerate()
    {
        sheet.write_with_format(u32::try_from(row).unwrap(), 0, number, &pounds(code)).unwrap();
    }
    let accounts = accounts.save_to_buffer().unwrap();
    shows("accounts.xlsx", &accounts, &["£99.50", "-£125.50", "07700 900123", "1,235k", "12.5%"], &["$"]);
}

#[test]
fn text_of_several_pieces_is_shown_whole() {
    let cells = format!(
        "{WIDE}<sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><r><t>Two </t></r><r><t xml:space=\"preserve\">carers &amp; night staff</t></r></is></c></row></sheetData>"
    );
    shows("pieces.xlsx", &book("", "", &cells, &[]), &["Two carers & night staff"], &[]);
}

#[test]
fn boxes_that_lie_on_a_sheet_are_read_and_shown() {
    let shape = |name: &str, kind: &str, anchor: &str, caption: &str, more: &str| {
        format!(
            "<v:shape id=\"{name}\" type=\"#t\" style=\"x\"><v:textbox><div><font>{caption}</font></div></v:textbox>\
             <x:ClientData ObjectType=\"{kind}\"><x:Anchor>{anchor}</x:Anchor>{more}</x:ClientData></v:shape>"
        )
    };
    let drawing = format!(
        "<xml xmlns:v=\"urn:v\" xmlns:x=\"urn:x\">{}{}{}</xml>",
        shape("a", "Checkbox", "1, 10, 1, 2, 2, 0, 2, 0", "Yes", "<x:Checked>1</x:Checked>"),
        shape("b", "Radio", "2, 10, 1, 2, 3, 0, 2, 0", "No", ""),
        shape(
            "c",
            "Drop",
            "1, 10, 2, 2, 3, 0, 3, 0",
            "",
            "<x:FmlaRange>$D$1:$D$2</x:FmlaRange><x:Sel>2</x:Sel>"
        ),
    );
    let cells = format!(
        "{WIDE}<sheetData><row r=\"1\"><c r=\"D1\" t=\"str\"><v>Taxi</v></c></row><row r=\"2\"><c r=\"A2\" t=\"str\"><v>Emergency</v></c>\
         <c r=\"D2\" t=\"str\"><v>Residential</v></c></row></sheetData><legacyDrawing r:id=\"v\"/>"
    );
    let relations = format!(
        "<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"v\" Type=\"{OFFICE}/vmlDrawing\" Target=\"../drawings/vmlDrawing1.vml\"/></Relationships>"
    );
    let parts: [(&str, &[u8]); 2] = [
        ("xl/worksheets/_rels/sheet1.xml.rels", relations.as_bytes()),
        ("xl/drawings/vmlDrawing1.vml", drawing.as_bytes()),
    ];
    let workbook = book("", "", &cells, &parts);
    shows("boxes.xlsx", &workbook, &["☒ Yes", "☐ No"], &[]);
    let answer = desk(20, &[]).read("boxes.xlsx", &workbook).answer;
    let text = &answer.reading.text;
    assert_eq!(text.matches("Residential").count(), 2, "{text}");
    let body = format!("{:?}", answer.reading.body);
    let ticks = ["Ticked", "Unticked"].map(|mark| body.matches(&format!("mark: {mark} ")).count());
    assert_eq!(ticks, [1, 1], "{body}");
}

#[test]
fn what_the_pages_leave_out_is_said() {
    let desk = desk(20, &[]);
    let mut noted = Workbook::new();
    let sheet = noted.add_worksheet();
    sheet.write(0, 0, "Weekly fee").unwrap();
    sheet.write(5, 5, "Notice period four weeks").unwrap();
    sheet.insert_note(0, 0, &Note::new("Agreed by telephone")).unwrap();
    sheet.set_print_area(0, 0, 3, 3).unwrap();
    let said = desk.said("noted.xlsx", &noted.save_to_buffer().unwrap());
    assert!(said.contains("comments: the document holds 1 comment"), "{said}");
    assert!(said.contains("outside-print-area: 4 words lie in cells outside the area"), "{said}");

    let cells =
        "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>Total</v></c><c r=\"B1\"><f>SUM(B2:B9)</f><v></v></c></row>";
    let said = desk.said("made.xlsx", &xlsx(cells));
    assert_eq!(
        said,
        "not-calculated: 1 formula was never worked out: the pages show empty cells in their place\n"
    );
}

#[test]
fn a_chart_is_no_file_within_the_file_and_no_sheet_that_cannot_be_read() {
    let mut charted = Workbook::new();
    let sheet = charted.add_worksheet();
    for (row, count) in (0..).zip([3, 5, 2]) {
        sheet.write_with_format(row, 0, count, &Format::new().set_align(FormatAlign::Center)).unwrap();
    }
    let page = charted.add_chartsheet();
    let mut chart = rust_xlsxwriter::Chart::new(rust_xlsxwriter::ChartType::Column);
    chart.add_series().set_values("Sheet1!$A$1:$A$3");
    page.insert_chart(0, 0, &chart).unwrap();
    let said = desk(20, &[]).said("charted.xlsx", &charted.save_to_buffer().unwrap());
    assert_eq!(said, "");
}
