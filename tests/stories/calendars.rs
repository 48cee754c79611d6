//! A second reader of invitations, strict and by the letter of RFC 5545 and RFC 5546; it shares no code with the writer.

/// METHOD, UID, SEQUENCE, start, end, status, summary and location of the one event, after every rule it knows was checked.
#[track_caller]
pub fn strict(calendar: &str) -> Vec<String> {
    let lines = unfolded(calendar);
    let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
    assert_eq!((names[0], lines[0].value.as_str()), ("BEGIN", "VCALENDAR"));
    assert_eq!(lines.last().map(|line| line.value.as_str()), Some("VCALENDAR"));
    let event =
        lines.iter().position(|line| line.name == "BEGIN" && line.value == "VEVENT").expect("an event");
    let ends = lines.iter().position(|line| line.name == "END" && line.value == "VEVENT").expect("its end");
    let begun: Vec<&str> =
        lines.iter().filter(|line| line.name == "BEGIN").map(|line| line.value.as_str()).collect();
    assert_eq!(
        begun,
        ["VCALENDAR", "VTIMEZONE", "STANDARD", "DAYLIGHT", "VEVENT"],
        "one event in its time zone, nothing else"
    );
    let zone = names.iter().position(|name| *name == "TZID").expect("a time zone has a name");
    assert_eq!(lines[zone].value, "Europe/London");
    let (head, body) = (&lines[1..zone - 1], &lines[event + 1..ends]);
    assert_eq!(one(head, "VERSION").value, "2.0");
    assert!(one(head, "PRODID").value.starts_with("-//"));
    let method = one(head, "METHOD").value.clone();
    assert!(["REQUEST", "CANCEL"].contains(&method.as_str()), "{method}");
    assert!(is_utc(&one(body, "DTSTAMP").value), "DTSTAMP is {}", one(body, "DTSTAMP").value);
    for moment in ["DTSTART", "DTEND"] {
        let moment = one(body, moment);
        assert!(is_utc(&format!("{}Z", moment.value)), "{} is {}", moment.name, moment.value);
        assert_eq!(moment.parameters, [("TZID".to_owned(), "Europe/London".to_owned())], "{}", moment.name);
    }
    assert_eq!(one(body, "CLASS").value, "PRIVATE");
    assert!(one(body, "DTSTART").value < one(body, "DTEND").value);
    let uid = one(body, "UID").value.clone();
    assert!(uid.contains('@') && uid.is_ascii() && !uid.contains(' '), "{uid}");
    one(body, "SEQUENCE").value.parse::<u32>().expect("a sequence is a number");
    for person in ["ORGANIZER", "ATTENDEE"] {
        let person = one(body, person);
        assert!(person.value.starts_with("mailto:") && person.value.contains('@'), "{}", person.value);
        assert!(person.parameters.iter().any(|(name, value)| name == "CN" && !value.is_empty()));
    }
    let status = one(body, "STATUS").value.clone();
    assert_eq!(status == "CANCELLED", method == "CANCEL", "a cancellation says so in both places");
    let text = |name: &str| unescaped(&one(body, name).value);
    let value = |name: &str| one(body, name).value.clone();
    vec![
        method,
        uid,
        value("SEQUENCE"),
        value("DTSTART"),
        value("DTEND"),
        status,
        text("SUMMARY"),
        text("LOCATION"),
    ]
}

struct Line {
    name: String,
    parameters: Vec<(String, String)>,
    value: String,
}

/// The one property of this name: RFC 5545 allows none of these twice in an invitation to one person.
#[track_caller]
fn one<'a>(lines: &'a [Line], name: &str) -> &'a Line {
    let mut found = lines.iter().filter(|line| line.name == name);
    let first = found.next().unwrap_or_else(|| panic!("no {name}"));
    assert!(found.next().is_none(), "{name} stands twice");
    first
}

/// Content lines: ended by CRLF, of at most 75 octets, folded before a space.
#[track_caller]
fn unfolded(calendar: &str) -> Vec<Line> {
    assert!(calendar.ends_with("\r\n"), "the last line is ended");
    let mut whole: Vec<String> = Vec::new();
    for line in calendar.trim_end_matches("\r\n").split("\r\n") {
        assert!(!line.contains(['\r', '\n']), "a bare line end in {line:?}");
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        match line.strip_prefix(' ') {
            Some(rest) => whole.last_mut().expect("the first line is not folded").push_str(rest),
            None => whole.push(line.to_owned()),
        }
    }
    whole.iter().map(|line| parsed(line)).collect()
}

/// `NAME;PARAMETER=value;PARAMETER="value":value`.
#[track_caller]
fn parsed(line: &str) -> Line {
    let (mut parts, mut quoted, mut current, mut value) = (Vec::new(), false, String::new(), None);
    for (at, letter) in line.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            ';' if !quoted => parts.push(std::mem::take(&mut current)),
            ':' if !quoted => {
                value = Some(line[at + 1..].to_owned());
                break;
            }
            letter => current.push(letter),
        }
    }
    assert!(!quoted, "a quotation is not ended in {line}");
    parts.push(current);
    let name = parts.remove(0);
    assert!(name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '-'), "{line}");
    let parameter = |part: &String| {
        let (name, value) = part.split_once('=').unwrap_or_else(|| panic!("`{part}` in {line}"));
        (name.to_owned(), value.to_owned())
    };
    let value = value.unwrap_or_else(|| panic!("no value in {line}"));
    assert!(!value.chars().any(char::is_control), "{line}");
    Line { parameters: parts.iter().map(parameter).collect(), name, value }
}

/// `20261123T131000Z`.
fn is_utc(text: &str) -> bool {
    text.len() == 16
        && text.ends_with('Z')
        && text.as_bytes()[8] == b'T'
        && text.bytes().filter(u8::is_ascii_digit).count() == 14
}

#[track_caller]
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n' | 'N') => plain.push('\n'),
                Some(escaped @ ('\\' | ';' | ',')) => plain.push(escaped),
                other => panic!("`\\{other:?}` in {text}"),
            },
            ';' | ',' => panic!("`{letter}` is not escaped in {text}"),
            letter => plain.push(letter),
        }
    }
    plain
}
