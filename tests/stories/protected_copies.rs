//! A protected copy in the readers that people have: each opens it with its password, and none without.

use std::fs;
use std::process::Command;

use crate::harness::{skipped, tool};
use crate::own_copies::{configure, members_pack, secret, week};

const PASSWORD: &str = "Grimsby Dock Tower";

/// A program that prints what is in a file, with `{password}` and `{file}` in its arguments.
struct Reader {
    name: &'static str,
    program: &'static str,
    args: &'static [&'static str],
}

const READERS: [Reader; 5] = [
    Reader { name: "qpdf", program: "qpdf", args: &["--password={password}", "--check", "{file}"] },
    Reader {
        name: "MuPDF",
        program: "mutool",
        args: &["draw", "-q", "-p", "{password}", "-F", "txt", "-o", "-", "{file}", "1"],
    },
    Reader { name: "poppler", program: "pdftotext", args: &["-upw", "{password}", "{file}", "-"] },
    Reader {
        name: "pypdf",
        program: "python3",
        args: &[
            "-c",
            "import sys, pypdf\nreader = pypdf.PdfReader(sys.argv[2])\nassert reader.decrypt(sys.argv[1]), 'locked'\nprint(reader.pages[0].extract_text())",
            "{password}",
            "{file}",
        ],
    },
    Reader {
        name: "PDFium",
        program: "python3",
        args: &[
            "-c",
            "import sys, pypdfium2\nbook = pypdfium2.PdfDocument(sys.argv[2], password=sys.argv[1])\nprint(book[0].get_textpage().get_text_bounded())",
            "{password}",
            "{file}",
        ],
    },
];

impl Reader {
    /// Whether it opens the file with this password, and what it prints; none where it is not installed.
    fn opens(&self, file: &str, password: &str) -> Option<(bool, String)> {
        tool(self.program, &["--version"])?;
        let args = self.args.iter().map(|arg| arg.replace("{password}", password).replace("{file}", file));
        let output = Command::new(self.program).args(args).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if said.contains("No module named") || said.contains("is required for AES") {
            skipped(&format!("the Python module of {}", self.name));
            return None;
        }
        Some((output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned()))
    }
}

#[test]
fn every_common_reader_opens_a_copy_with_its_password_and_none_without() {
    let week = week();
    secret(&week.root().join("secret.txt"), "\n");
    configure(&week, "password_file = \"secret.txt\"");
    let empty = week.says(&["send", "pack", "2026-11-23", "--go"]);
    assert!(empty.status == 2 && empty.err.contains("is empty"), "{}{}", empty.out, empty.err);
    assert_eq!(week.tree("office").iter().filter(|file| file.ends_with(".eml")).count(), 0);
    secret(&week.root().join("secret.txt"), &format!("{PASSWORD}\n"));
    let week = week.run(&["send", "pack", "2026-11-23", "--go"], 0);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy.pdf");
    fs::write(&file, members_pack(&week)).unwrap();
    let file = file.to_string_lossy();
    for reader in READERS {
        let Some((opened, words)) = reader.opens(&file, PASSWORD) else { continue };
        assert!(opened, "{} does not open it", reader.name);
        assert!(reader.name == "qpdf" || words.contains("OFFICIAL-SENSITIVE"), "{}: {words}", reader.name);
        for wrong in ["Grimsby dock tower", "password", ""] {
            let (opened, words) = reader.opens(&file, wrong).unwrap();
            assert!(!opened && !words.contains("OFFICIAL"), "{} opens it with `{wrong}`", reader.name);
        }
    }
    for draft in week.tree("office").iter().filter(|file| file.ends_with(".eml")) {
        let bytes = fs::read(week.root().join("office").join(draft)).unwrap();
        let message = mail_parser::MessageParser::default().parse(&bytes).unwrap();
        let words = message.body_text(0).unwrap();
        assert!(words.contains("tells you it by telephone"), "{words}");
        assert!(
            !String::from_utf8_lossy(&bytes).contains("Dock Tower") && !words.contains(PASSWORD),
            "{draft}"
        );
    }
}
