//! Page numbers as a sentence names them.

/// Pages named one by one.
const MOST_NAMED: usize = 6;

/// `page 2`, `pages 2, 3 and 7`, `pages 1, 2, 3, 4, 5, 6 and 14 more`; none of no page.
pub(crate) fn said(pages: &[u32]) -> Option<String> {
    let named: Vec<String> = pages.iter().take(MOST_NAMED).map(ToString::to_string).collect();
    let more = pages.len().saturating_sub(MOST_NAMED);
    let (last, others) = named.split_last()?;
    Some(match (others, more) {
        ([], 0) => format!("page {last}"),
        (others, 0) => format!("pages {} and {last}", others.join(", ")),
        _ => format!("pages {} and {more} more", named.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_named_up_to_six() {
        assert_eq!(said(&[]), None);
        assert_eq!(said(&[2]).unwrap(), "page 2");
        assert_eq!(said(&[2, 3, 7]).unwrap(), "pages 2, 3 and 7");
        assert_eq!(said(&[1, 2, 3, 4, 5, 6, 7, 8]).unwrap(), "pages 1, 2, 3, 4, 5, 6 and 2 more");
    }
}
