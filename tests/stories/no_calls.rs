//! Papers that name an address are read and shown without anybody calling it: a socket that all of them name stays silent.

use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};
use std::path::Path;

use lopdf::{Document, Object, Stream, dictionary};

use crate::built::{OFFICE, RELATIONS, SHEET, package, paragraph, word, zipped};
use crate::harness::Week;

/// Every sort of paper that can name an address; `call` is the address.
fn papers(call: &str) -> Vec<(String, Vec<u8>)> {
    let mut papers = documents(call);
    papers.extend([
        ("Costs.xlsx".to_owned(), workbook(call)),
        ("Page.html".to_owned(), page(call).into_bytes()),
        ("Mail.eml".to_owned(), mail(call)),
        ("Form.pdf".to_owned(), pdf(call)),
        ("Rich.rtf".to_owned(), rich_text(call)),
        ("Open.odt".to_owned(), open_text(call)),
    ]);
    papers
}

/// Word documents; each holds lettering the embedded engine does not show, so that the second engine is asked as well.
fn documents(call: &str) -> Vec<(String, Vec<u8>)> {
    let lettering = "<w:p><w:r><w:pict><v:shape style=\"width:300pt;height:60pt\"><v:textpath string=\"Seldom Seen Lettering\"/></v:shape></w:pict></w:r></w:p>";
    let picture = "<w:p><w:r><w:pict><v:shape style=\"width:90pt;height:90pt\"><v:imagedata r:id=\"x\"/></v:shape></w:pict></w:r></w:p>";
    let blip = "<w:p><w:r><w:drawing><wp:inline xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\">\
         <wp:extent cx=\"900000\" cy=\"900000\"/><a:graphic xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">\
         <a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\">\
         <pic:pic xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:blipFill><a:blip r:link=\"x\"/></pic:blipFill>\
         <pic:spPr/></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>";
    let object = "<w:p><w:r><w:object><o:OLEObject Type=\"Link\" ProgID=\"Word.Document.12\" r:id=\"x\" UpdateMode=\"Always\"/></w:object></w:r></w:p>";
    let field = |code: &str| {
        format!(
            "<w:p><w:fldSimple w:instr=\" {code} &quot;{call}field&quot; \"><w:r><w:t>field</w:t></w:r></w:fldSimple></w:p>"
        )
    };
    let chunk = "<w:altChunk r:id=\"x\"/>".to_owned();
    let address = |what: &str| format!("{call}{what}");
    let one = |name: &str, body: &str, sort: &str| {
        let target = address(name);
        let body = paragraph("Care plan of case 1204417") + body + lettering;
        (format!("{name}.docx"), word(&body, &[("x", sort, &target)], &[]))
    };
    vec![
        one("picture", picture, "image"),
        one("blip", blip, "image"),
        one("template", "", "attachedTemplate"),
        one("object", object, "oleObject"),
        one("chunk", &chunk, "aFChunk"),
        one("frame", "", "frame"),
        one("includepicture", &field("INCLUDEPICTURE"), "hyperlink"),
        one("includetext", &field("INCLUDETEXT"), "hyperlink"),
    ]
}

fn workbook(call: &str) -> Vec<u8> {
    let book = format!(
        "<workbook xmlns=\"{SHEET}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r\"/></sheets>\
         <externalReferences><externalReference r:id=\"e\"/></externalReferences></workbook>"
    );
    let relations = format!(
        "<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"r\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
         <Relationship Id=\"e\" Type=\"{OFFICE}/externalLink\" Target=\"externalLinks/externalLink1.xml\"/></Relationships>"
    );
    let sheet = format!(
        "<worksheet xmlns=\"{SHEET}\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Costs of case 1204417</t></is></c>\
         <c r=\"B1\"><f>[1]S!A1</f><v>1</v></c><c r=\"C1\"><f>WEBSERVICE(\"{call}formula\")</f><v>2</v></c></row></sheetData></worksheet>"
    );
    let link = format!(
        "<externalLink xmlns=\"{SHEET}\"><externalBook xmlns:r=\"{OFFICE}\" r:id=\"b\"><sheetNames><sheetName val=\"S\"/></sheetNames></externalBook></externalLink>"
    );
    let target = format!(
        "<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"b\" Type=\"{OFFICE}/externalLinkPath\" Target=\"{call}book.xlsx\" TargetMode=\"External\"/></Relationships>"
    );
    let parts = [
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ("xl/externalLinks/externalLink1.xml", link.as_bytes()),
        ("xl/externalLinks/_rels/externalLink1.xml.rels", target.as_bytes()),
    ];
    package("xl/workbook.xml", "spreadsheetml.sheet", &parts)
}

fn page(call: &str) -> String {
    format!(
        "<html><head><link rel=\"stylesheet\" href=\"{call}style.css\"/><script src=\"{call}script.js\"></script></head>\
         <body background=\"{call}back.png\"><p>About case 1204417</p><img src=\"{call}image.png\"/><iframe src=\"{call}frame\"></iframe></body></html>"
    )
}

fn mail(call: &str) -> Vec<u8> {
    format!(
        "From: Worker <worker@example.org>\r\nTo: panel@example.org\r\nSubject: Case 1204417\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/html\r\n\r\n{}\r\n",
        page(call)
    )
    .into_bytes()
}

/// A page with every action that leads out of a PDF, one of them when it is opened.
fn pdf(call: &str) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
    let content = document.add_object(Stream::new(
        dictionary! {},
        b"BT /F 12 Tf 72 700 Td (Care plan of case 1204417) Tj ET".to_vec(),
    ));
    let address = |what: &str| Object::string_literal(format!("{call}{what}"));
    let file = |what: &str| dictionary! { "Type" => "Filespec", "FS" => "URL", "F" => address(what) };
    let actions = [
        dictionary! { "S" => "URI", "URI" => address("uri") },
        dictionary! { "S" => "GoToR", "F" => file("other.pdf"), "D" => vec![0.into(), "Fit".into()] },
        dictionary! { "S" => "SubmitForm", "F" => file("submit") },
        dictionary! { "S" => "ImportData", "F" => file("import") },
        dictionary! { "S" => "Launch", "F" => file("launch") },
        dictionary! { "S" => "JavaScript", "JS" => address("script") },
    ];
    let links: Vec<Object> = actions
        .iter()
        .map(|action| {
            let link = dictionary! {
                "Type" => "Annot", "Subtype" => "Link", "Rect" => vec![72.into(), 690.into(), 200.into(), 712.into()],
                "A" => action.clone()
            };
            document.add_object(link).into()
        })
        .collect();
    let page = document.add_object(
        dictionary! { "Type" => "Page", "Parent" => tree, "Contents" => content, "Annots" => links },
    );
    document.objects.insert(
        tree,
        Object::Dictionary(dictionary! {
            "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => dictionary! { "Font" => dictionary! { "F" => font } },
        }),
    );
    let opened = actions[2].clone();
    let catalog =
        document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree, "OpenAction" => opened });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn rich_text(call: &str) -> Vec<u8> {
    format!(
        "{{\\rtf1\\ansi{{\\*\\template {call}template.dotx}} Care plan of case 1204417\\par \
         {{\\field\\fldedit{{\\*\\fldinst INCLUDEPICTURE \"{call}picture.png\" \\\\d}}{{\\fldrslt}}}}\
         {{\\object\\objautlink\\objupdate{{\\*\\objclass Word.Document.8}}}}}}"
    )
    .into_bytes()
}

fn open_text(call: &str) -> Vec<u8> {
    let mut content = String::from(
        "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\" \
         xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">\
         <office:body><office:text><text:p>Care plan of case 1204417</text:p>",
    );
    let _ = write!(
        content,
        "<text:p><draw:frame svg:width=\"3cm\" svg:height=\"3cm\"><draw:image xlink:href=\"{call}picture.png\" xlink:type=\"simple\" \
         xlink:show=\"embed\" xlink:actuate=\"onLoad\"/></draw:frame><draw:frame svg:width=\"3cm\" svg:height=\"3cm\">\
         <draw:object xlink:href=\"{call}object.odt\" xlink:type=\"simple\" xlink:show=\"embed\" xlink:actuate=\"onLoad\"/></draw:frame></text:p>\
         <text:section text:name=\"S\"><text:section-source xlink:href=\"{call}section.odt\"/><text:p/></text:section>\
         </office:text></office:body></office:document-content>"
    );
    let manifest = "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\">\
        <manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"application/vnd.oasis.opendocument.text\"/>\
        <manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/></manifest:manifest>";
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("META-INF/manifest.xml", manifest.as_bytes()),
        ("content.xml", content.as_bytes()),
    ])
}

/// Scans the papers of `listener`'s address and says who was shown; nobody may have called.
#[track_caller]
fn scanned(listener: &TcpListener, second_engine: Option<&Path>) -> Vec<(String, bool)> {
    let call = format!("http://{}/", listener.local_addr().unwrap());
    let mut week = Week::new("nelc");
    if let Some(engine) = second_engine {
        let config = week.root().join("config.toml");
        let text = fs::read_to_string(&config).unwrap();
        fs::write(&config, format!("second_engine = \"{}\"\n{text}", engine.display())).unwrap();
    }
    for (name, content) in papers(&call) {
        week = week.drop(&format!("1204417 K/{name}"), content);
    }
    let week = week.run(&["scan"], 0).at("2026-11-17T09:30").run(&["scan"], 0);
    match listener.accept() {
        Err(error) if error.kind() == ErrorKind::WouldBlock => {}
        called => panic!("somebody called: {called:?}"),
    }
    let status = week.json(&["status"]);
    let papers = status["cases"][0]["papers"].as_array().unwrap();
    let shown = |paper: &serde_json::Value| {
        (paper["file"].as_str().unwrap().replace("1204417 K/", ""), !paper["pages"].is_null())
    };
    papers.iter().map(shown).collect()
}

#[test]
fn a_socket_that_papers_name_stays_silent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let alone = scanned(&listener, None);
    assert_eq!(alone.len(), papers("http://x/").len());
    let hidden: Vec<&String> = alone.iter().filter(|(_, shown)| !shown).map(|(name, _)| name).collect();
    assert_eq!(hidden, ["Open.odt", "Rich.rtf"]);
    let engine = Path::new("/usr/bin/soffice");
    if engine.exists() {
        let both = scanned(&listener, Some(engine));
        assert!(both.iter().all(|(_, shown)| *shown), "{both:?}");
    } else {
        crate::harness::skipped("LibreOffice");
    }
    // A call would have been heard.
    let _caller = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    assert!(listener.accept().is_ok());
}
