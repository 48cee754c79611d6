//! What a source file says to the compiler, as far as the house rules ask: the paths it names, the modules it declares,
//! what it defines, and what its public functions say of failing.
//!
//! It reads tokens, not lines, so that a group, a line break or a macro hides nothing, and comments and strings say
//! nothing. What stands under `#[cfg(test)]` is left out.

use std::ops::RangeInclusive;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A source file without its tests.
#[derive(Debug, Default)]
pub struct Code {
    /// Every path in the text, in order.
    pub names: Vec<Name>,
    /// `.name(` for each method called.
    pub calls: Vec<(usize, String)>,
    /// The modules declared, in order, whoever may see them.
    pub modules: Vec<String>,
    /// The modules declared for tests only.
    pub for_tests: Vec<String>,
    /// The items defined at the top of the file.
    pub items: Vec<String>,
    /// What the file gives on under its own name: the new name, and the path it stands for.
    pub given_on: Vec<(String, Vec<String>)>,
    /// The public functions that give a `Result`.
    pub fallible: Vec<Fallible>,
    /// The lines of items that are there for tests only.
    pub test_lines: Vec<RangeInclusive<usize>>,
}

/// A path as the text names it: `crate::pack::plan::Plan`, `println!`.
#[derive(Debug, PartialEq)]
pub struct Name {
    pub line: usize,
    pub path: Vec<String>,
    /// Whether a `use` names it.
    pub imported: bool,
    /// What makes it less than plain to read.
    pub veiled: Option<Veil>,
}

/// Why one line of text is not enough to see where a path leads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Veil {
    /// `a::{b::c}`: a path goes on inside a group.
    DeepGroup,
    /// `a::*`.
    Everything,
    /// `crate as c`.
    Renamed,
}

/// A public function that can fail.
#[derive(Debug)]
pub struct Fallible {
    pub line: usize,
    pub name: String,
    pub doc: String,
    /// The type of its error, where the signature names one: `RegisterError`.
    pub error: Option<String>,
}

/// Reads `text`; an error when it is not Rust.
pub fn read(text: &str) -> Result<Code, proc_macro2::LexError> {
    let tokens: TokenStream = text.parse()?;
    let mut code = Code::default();
    code.level(&tokens.into_iter().collect::<Vec<_>>(), true);
    Ok(code)
}

impl Name {
    /// The path as text: `crate::pack::plan`.
    pub fn text(&self) -> String {
        self.path.join("::")
    }

    /// Whether `words`, a path, stands in this one: `Utc::now` in `chrono::Utc::now`.
    pub fn holds(&self, words: &str) -> bool {
        let words: Vec<&str> = words.split("::").collect();
        self.path.windows(words.len()).any(|part| part == words)
    }
}

impl Code {
    /// Reads the tokens between one pair of brackets; `top` for the file itself.
    fn level(&mut self, tokens: &[TokenTree], top: bool) {
        let mut at = 0;
        let mut doc = String::new();
        while let Some(token) = tokens.get(at) {
            if let Some(attribute) = attribute(&tokens[at..]) {
                if is_for_tests(&attribute) {
                    let end = at + item_length(&tokens[at..]);
                    self.leave_out(&tokens[at..end]);
                    at = end;
                    doc.clear();
                } else {
                    doc.push_str(&doc_line(&attribute));
                    self.level(&attribute, false);
                    at += 2;
                }
                continue;
            }
            match token {
                TokenTree::Group(group) => {
                    self.level(&group.stream().into_iter().collect::<Vec<_>>(), false);
                    at += 1;
                }
                TokenTree::Ident(word) if word == "pub" && is_audience(tokens.get(at + 1)) => at += 2,
                TokenTree::Ident(word) if word == "use" => {
                    let given_on = top && is_given_on(tokens, at);
                    at += 1 + self.import(&tokens[at + 1..], given_on);
                    doc.clear();
                }
                TokenTree::Ident(word) => {
                    if top && defines(&word.to_string()) {
                        self.item(word == "mod", tokens.get(at + 1));
                    }
                    if word == "fn" {
                        self.function(tokens, at, &doc);
                    }
                    if defines(&word.to_string()) || word == "let" {
                        doc.clear();
                    }
                    at += self.path(&tokens[at..], at > 0 && is_mark(&tokens[at - 1], '.'));
                }
                _ => at += 1,
            }
        }
    }

    /// Notes an item of the file.
    fn item(&mut self, is_module: bool, name: Option<&TokenTree>) {
        let Some(TokenTree::Ident(name)) = name else { return };
        if is_module {
            self.modules.push(name.to_string());
        } else {
            self.items.push(name.to_string());
        }
    }

    /// Notes a test-only item: its lines, and its name when it is a module.
    fn leave_out(&mut self, item: &[TokenTree]) {
        let lines = item.iter().map(|token| (token.span().start().line, token.span().end().line));
        let first = lines.clone().map(|(first, _)| first).min().unwrap_or_default();
        let last = lines.map(|(_, last)| last).max().unwrap_or_default();
        self.test_lines.push(first..=last);
        let module = item.iter().position(|token| is_word(token, "mod"));
        if let Some(TokenTree::Ident(name)) = module.and_then(|at| item.get(at + 1)) {
            self.for_tests.push(name.to_string());
        }
    }

    /// Notes the function whose `fn` stands at `at`, when it is public and gives a `Result`.
    fn function(&mut self, tokens: &[TokenTree], at: usize, doc: &str) {
        let before = tokens[..at].iter().rev();
        let mut before =
            before.skip_while(|token| ["const", "unsafe", "async"].iter().any(|word| is_word(token, word)));
        let public = before.next().is_some_and(|token| is_word(token, "pub"));
        let Some(TokenTree::Ident(name)) = tokens.get(at + 1) else { return };
        let signature: Vec<&TokenTree> = tokens[at..]
            .iter()
            .take_while(|token| {
                !is_group(token, Delimiter::Brace) && !is_mark(token, ';') && !is_word(token, "where")
            })
            .collect();
        let arrow = signature.windows(2).rposition(|pair| is_mark(pair[0], '-') && is_mark(pair[1], '>'));
        let Some(arrow) = arrow else { return };
        let gives = &signature[arrow + 2..];
        let named = gives.iter().take_while(|token| !is_mark(token, '<')).count();
        let fails = named.checked_sub(1).is_some_and(|last| is_word(gives[last], "Result"));
        if public && fails {
            let (line, name, doc) = (tokens[at].span().start().line, name.to_string(), doc.to_owned());
            self.fallible.push(Fallible { line, name, doc, error: second_argument(&gives[named..]) });
        }
    }

    /// Notes the path that begins `tokens`; how many tokens it takes.
    fn path(&mut self, tokens: &[TokenTree], of_a_value: bool) -> usize {
        let mut path = vec![tokens[0].to_string()];
        let mut at = 1;
        while is_colons(&tokens[at..]) {
            let Some(TokenTree::Ident(next)) = tokens.get(at + 2) else { break };
            path.push(next.to_string());
            at += 3;
        }
        let line = tokens[0].span().start().line;
        if of_a_value {
            let called = |token: &TokenTree| is_group(token, Delimiter::Parenthesis) || is_mark(token, ':');
            if tokens.get(at).is_some_and(called) {
                self.calls.push((line, path.remove(0)));
            }
            return at;
        }
        let is_macro = tokens.get(at).is_some_and(|token| is_mark(token, '!'))
            && matches!(tokens.get(at + 1), Some(TokenTree::Group(_)));
        if is_macro && let Some(last) = path.last_mut() {
            last.push('!');
        }
        self.names.push(Name { line, path, imported: false, veiled: None });
        at
    }

    /// Notes what a `use` brings in, from after the word to its `;`; how many tokens it takes.
    fn import(&mut self, tokens: &[TokenTree], given_on: bool) -> usize {
        let end = tokens.iter().position(|token| is_mark(token, ';')).unwrap_or(tokens.len());
        let from = self.names.len();
        let names = self.tree(&tokens[..end], &[], false);
        if given_on {
            let paths = self.names[from..].iter().map(|name| name.path.clone());
            self.given_on.extend(names.into_iter().zip(paths));
        }
        end
    }

    /// Notes each leaf of one tree of a `use`; the names they get here.
    fn tree(&mut self, tokens: &[TokenTree], stem: &[String], grouped: bool) -> Vec<String> {
        let mut path = stem.to_vec();
        let mut at = 0;
        let line = tokens.first().map_or(0, |token| token.span().start().line);
        let mut veiled = None;
        let mut known_as = None;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Ident(word) if word == "as" => {
                    known_as = tokens.get(at + 1).map(ToString::to_string);
                    if path.len() == 1 {
                        veiled = Some(Veil::Renamed);
                    }
                    break;
                }
                TokenTree::Ident(word) if word == "self" && grouped && path.len() == stem.len() => {}
                TokenTree::Ident(word) => {
                    if grouped && path.len() > stem.len() {
                        veiled = Some(Veil::DeepGroup);
                    }
                    path.push(word.to_string());
                }
                TokenTree::Punct(mark) if mark.as_char() == '*' => veiled = Some(Veil::Everything),
                TokenTree::Group(group) => {
                    let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                    let from = self.names.len();
                    let parts = inside.split(|token| is_mark(token, ','));
                    let parts: Vec<&[TokenTree]> = parts.filter(|part| !part.is_empty()).collect();
                    let known = parts.into_iter().flat_map(|part| self.tree(part, &path, true)).collect();
                    if grouped {
                        self.names[from..].iter_mut().for_each(|name| name.veiled = Some(Veil::DeepGroup));
                    }
                    return known;
                }
                _ => {}
            }
            at += 1;
        }
        let known_as = known_as.or_else(|| path.last().cloned()).unwrap_or_default();
        self.names.push(Name { line, path, imported: true, veiled });
        vec![known_as]
    }
}

/// `E` of the tokens `<T, E>`.
fn second_argument(tokens: &[&TokenTree]) -> Option<String> {
    let mut depth = 0;
    let mut second: Option<String> = None;
    for token in tokens {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '<' => depth += 1,
            TokenTree::Punct(mark) if mark.as_char() == '>' => depth -= 1,
            TokenTree::Punct(mark) if mark.as_char() == ',' && depth == 1 => {
                second = Some(String::new());
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if let Some(second) = &mut second {
            second.push_str(&token.to_string());
        }
    }
    second
}

/// The inside of the attribute `#[...]` that begins `tokens`.
fn attribute(tokens: &[TokenTree]) -> Option<Vec<TokenTree>> {
    match tokens {
        [TokenTree::Punct(mark), TokenTree::Group(group), ..]
            if mark.as_char() == '#' && group.delimiter() == Delimiter::Bracket =>
        {
            Some(group.stream().into_iter().collect())
        }
        _ => None,
    }
}

/// Whether `attribute` is a `cfg` that asks for tests.
fn is_for_tests(attribute: &[TokenTree]) -> bool {
    let [name, TokenTree::Group(asked)] = attribute else { return false };
    let asked: Vec<TokenTree> = asked.stream().into_iter().collect();
    let for_tests = |asked: &[TokenTree]| asked.iter().any(|token| is_word(token, "test"));
    is_word(name, "cfg")
        && match asked.as_slice() {
            [all, TokenTree::Group(of)] if is_word(all, "all") => {
                for_tests(&of.stream().into_iter().collect::<Vec<_>>())
            }
            asked => for_tests(asked),
        }
}

/// The words of a doc comment, one line of it.
fn doc_line(attribute: &[TokenTree]) -> String {
    match attribute {
        [doc, equals, TokenTree::Literal(words)] if is_word(doc, "doc") && is_mark(equals, '=') => {
            format!("{words}\n")
        }
        _ => String::new(),
    }
}

/// How many tokens the item takes that begins `tokens` with its attributes.
fn item_length(tokens: &[TokenTree]) -> usize {
    let mut start = 0;
    while attribute(&tokens[start..]).is_some() {
        start += 2;
    }
    let ends_with_a_semicolon = ["use", "static", "let", "type"];
    let first = tokens[start..]
        .iter()
        .take(3)
        .find(|token| !is_word(token, "pub") && !is_group(token, Delimiter::Parenthesis));
    let is_constant = |at: usize| {
        is_word(&tokens[at], "const") && !tokens.get(at + 1).is_some_and(|next| is_word(next, "fn"))
    };
    let to_semicolon = first
        .is_some_and(|first| ends_with_a_semicolon.iter().any(|word| is_word(first, word)))
        || (start..tokens.len().min(start + 3)).any(is_constant);
    let ends = |token: &TokenTree| {
        is_mark(token, ';') || !to_semicolon && (is_group(token, Delimiter::Brace) || is_mark(token, ','))
    };
    tokens[start..].iter().position(ends).map_or(tokens.len(), |end| start + end + 1)
}

/// Whether the `use` at `at` follows `pub` or `pub(...)`.
fn is_given_on(tokens: &[TokenTree], at: usize) -> bool {
    match &tokens[..at] {
        [.., word] if is_word(word, "pub") => true,
        [.., word, seen_by] => is_word(word, "pub") && is_group(seen_by, Delimiter::Parenthesis),
        _ => false,
    }
}

/// Whether `group` is the `(crate)` of `pub(crate)`.
fn is_audience(group: Option<&TokenTree>) -> bool {
    let Some(TokenTree::Group(group)) = group else { return false };
    let first = group.stream().into_iter().next();
    let seen_by = ["crate", "in", "super", "self"];
    group.delimiter() == Delimiter::Parenthesis
        && first.is_some_and(|first| seen_by.iter().any(|word| is_word(&first, word)))
}

/// Whether `word` begins the definition of something with a name.
fn defines(word: &str) -> bool {
    ["mod", "fn", "struct", "enum", "union", "trait", "type", "const", "static"].contains(&word)
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(found) if found == word)
}

fn is_mark(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(found) if found.as_char() == mark)
}

fn is_group(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}

fn is_colons(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [first, second, ..] if is_mark(first, ':') && is_mark(second, ':'))
}
