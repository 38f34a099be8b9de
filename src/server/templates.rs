//! Templates for pages and letters: every word is escaped, a missing one is an error.

use std::fmt::Write;

use minijinja::{AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value, escape_formatter};

/// The templates `sources` (name and text), ready to be filled. Those named `.html` are escaped.
pub(super) fn environment(
    sources: &'static [(&'static str, &'static str)],
) -> Result<Environment<'static>, Error> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    templates.set_formatter(format);
    for (name, source) in sources {
        templates.add_template(name, source)?;
    }
    Ok(templates)
}

/// Escapes as HTML needs it, and leaves `/` alone, which the usual formatter escapes too: links
/// stay readable in the source of a mail.
fn format(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    let text = value.as_str().filter(|_| !value.is_safe());
    let (AutoEscape::Html, Some(text)) = (state.auto_escape(), text) else {
        return escape_formatter(out, state, value);
    };
    for c in text.chars() {
        let written = match c {
            '&' => out.write_str("&amp;"),
            '<' => out.write_str("&lt;"),
            '>' => out.write_str("&gt;"),
            '"' => out.write_str("&quot;"),
            '\'' => out.write_str("&#39;"),
            other => out.write_char(other),
        };
        written?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use minijinja::context;

    const SOURCES: &[(&str, &str)] = &[("a.html", "<a href=\"{{ x }}\">"), ("a.txt", "{{ x }}")];

    fn fill(name: &str, values: Value) -> Result<String, Error> {
        environment(SOURCES).unwrap().get_template(name).unwrap().render(values)
    }

    #[test]
    fn html_is_escaped_and_text_is_not() {
        let x = "https://x/\"'<&>";
        assert_eq!(
            fill("a.html", context! { x }).unwrap(),
            "<a href=\"https://x/&quot;&#39;&lt;&amp;&gt;\">"
        );
        assert_eq!(fill("a.txt", context! { x }).unwrap(), x);
    }

    #[test]
    fn a_missing_word_is_an_error() {
        assert!(fill("a.html", context! {}).is_err());
    }
}
