//! The roles of which a panel consists by its procedure: which of them nobody holds, which nobody stood for.

/// One role, as the procedure names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanelRole {
    /// "Education / Virtual School".
    pub name: String,
    /// Any of these in somebody's role in `People.xlsx` makes it theirs.
    pub words: Vec<String>,
}

impl PanelRole {
    fn is_in(&self, role: &str) -> bool {
        let role = role.to_lowercase();
        self.words.iter().any(|word| role.contains(&word.to_lowercase()))
    }
}

/// Those of the roles that are in none of these people's.
pub fn missing<'r>(roles: &'r [PanelRole], held: &[&str]) -> Vec<&'r str> {
    let is_missing = |role: &&PanelRole| !held.iter().any(|one| role.is_in(one));
    roles.iter().filter(is_missing).map(|role| role.name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sample;

    #[test]
    fn a_role_is_known_by_any_of_its_words() {
        let nelc = sample::nelc().decisions.roles;
        let held = [
            "Assistant Director (Chair)",
            "Panel Administrator",
            "ICB Commissioner",
            "Virtual School Head",
            "Residential manager",
            "Senior Operational Manager",
            "Procurement lead",
        ];
        assert_eq!(missing(&nelc, &held), ["Finance"]);
        let redbridge = sample::redbridge().decisions.roles;
        assert_eq!(missing(&redbridge, &[]).len(), 3);
    }
}
