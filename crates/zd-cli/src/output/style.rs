//! Colours, when they are wanted.

use crate::args::ColorChoice;
use crate::environment::Environment;

/// Colours a text, or leaves it alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    on: bool,
}

impl Style {
    /// No colours.
    #[cfg(test)]
    pub(crate) const fn plain() -> Self {
        Self { on: false }
    }

    /// `--color` first, then `NO_COLOR`, then `CLICOLOR_FORCE`, else whether it is a terminal.
    pub(crate) fn decide(choice: ColorChoice, terminal: bool, environment: &Environment) -> Self {
        let set = |name: &str| environment.get(name).filter(|value| value != "0");
        Self {
            on: match choice {
                ColorChoice::Always => true,
                ColorChoice::Never => false,
                ColorChoice::Auto if environment.get("NO_COLOR").is_some() => false,
                ColorChoice::Auto => set("CLICOLOR_FORCE").is_some() || terminal,
            },
        }
    }

    /// Whether there are colours.
    pub(crate) const fn is_on(self) -> bool {
        self.on
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.on {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    pub(crate) fn red(self, text: &str) -> String {
        self.paint("1;31", text)
    }

    pub(crate) fn green(self, text: &str) -> String {
        self.paint("32", text)
    }

    pub(crate) fn yellow(self, text: &str) -> String {
        self.paint("1;33", text)
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }
}

#[cfg(test)]
mod tests {
    use super::Style;
    use crate::args::ColorChoice::{Always, Auto, Never};
    use crate::environment::Environment;

    #[test]
    fn the_flag_wins_over_the_environment_and_that_over_the_terminal() {
        let check = |choice, terminal, pairs: &[(&str, &str)], expected: bool| {
            let style = Style::decide(choice, terminal, &Environment::of(pairs));
            assert_eq!(style.on, expected, "{choice:?} {terminal} {pairs:?}");
        };
        check(Auto, true, &[], true);
        check(Auto, false, &[], false);
        check(Auto, true, &[("NO_COLOR", "1")], false);
        check(Auto, false, &[("CLICOLOR_FORCE", "1")], true);
        check(Auto, false, &[("CLICOLOR_FORCE", "0")], false);
        check(
            Auto,
            false,
            &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")],
            false,
        );
        check(Always, false, &[("NO_COLOR", "1")], true);
        check(Never, true, &[("CLICOLOR_FORCE", "1")], false);
    }
}
