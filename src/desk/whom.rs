//! People named in a cell: who may hear of a restricted case, from whom an address is withheld, who brings a case.

use crate::desk::answers::Answers;
use crate::panel::audience::same_name;
use crate::panel::kept::names_near;
use crate::panel::people::Person;

/// The column in which people are named beside what to do with a case.
const WHO: &str = "Who";

/// The people named beside a restriction, each of whom must be on the list.
pub fn restricted_to(answers: &mut Answers<'_>, listed: &[Person]) -> Option<Vec<String>> {
    let named = people(&answers.text(WHO));
    if named.is_empty() {
        answers.wrong(WHO, "it is not said who may hear of the case", "type their names with commas between");
        return None;
    }
    let nobody = named.iter().find(|name| !listed.iter().any(|person| same_name(&person.name, name)));
    if let Some(name) = nobody {
        let near = names_near(name, listed).unwrap_or_else(|| "nobody is in `People.xlsx`".to_owned());
        answers.wrong(WHO, format!("nobody in `People.xlsx` is called `{name}`"), near);
        return None;
    }
    Some(named)
}

/// From whom an address is withheld, in whatever words.
pub fn hidden_from(answers: &mut Answers<'_>) -> Option<String> {
    let from = answers.text(WHO);
    if from.is_empty() {
        answers.wrong(
            WHO,
            "it is not said from whom the address is withheld",
            "type it, such as `the father`",
        );
        return None;
    }
    Some(from)
}

/// Names with commas between.
pub fn people(text: &str) -> Vec<String> {
    text.split([',', ';', '\n']).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}
