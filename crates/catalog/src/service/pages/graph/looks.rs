//! What the parts of a picture look like: classes in a page, whose style sheet knows the colours of its reader; colours in a
//! file, which is shown where no style sheet is.

use model::ChangeKind;

use super::super::GraphTheme;

/// Where a picture is shown.
#[derive(Clone, Copy, Debug)]
pub(super) enum Looks {
    /// Inside of a page.
    Page,
    /// In a file of its own.
    File(GraphTheme),
}

/// A part of the picture.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Picture,
    Head,
    Icon,
    Group,
    GroupBox,
    GroupTitle,
    Edges,
    Labels,
    Reverse,
    Node { root: bool, missing: bool, mark: Option<ChangeKind> },
    Name,
    Kind,
    More,
    MoreText,
}

/// The colours of a file: those of `style/tokens.css`.
struct Colours {
    ground: &'static str,
    sunken: &'static str,
    line: &'static str,
    text: &'static str,
    muted: &'static str,
    accent: &'static str,
    accent_soft: &'static str,
    added: &'static str,
    changed: &'static str,
    removed: &'static str,
}

const LIGHT: Colours = Colours {
    ground: "#ffffff",
    sunken: "#eef1f4",
    line: "#7f8a99",
    text: "#17202b",
    muted: "#525e6e",
    accent: "#0b6470",
    accent_soft: "#e0f0f2",
    added: "#17663b",
    changed: "#7a4b00",
    removed: "#a9241b",
};
const DARK: Colours = Colours {
    ground: "#161b22",
    sunken: "#1d242d",
    line: "#6b7787",
    text: "#e5e9ef",
    muted: "#a3adbb",
    accent: "#62c9d3",
    accent_soft: "#12313a",
    added: "#7fd5a3",
    changed: "#efc266",
    removed: "#ff9d94",
};

impl Looks {
    fn colours(self) -> Option<&'static Colours> {
        match self {
            Self::Page => None,
            Self::File(GraphTheme::Light) => Some(&LIGHT),
            Self::File(GraphTheme::Dark) => Some(&DARK),
        }
    }

    /// The colour behind everything, where the page has none.
    pub(super) fn ground(self) -> Option<&'static str> {
        self.colours().map(|colours| colours.ground)
    }

    /// Attributes of a part, with a blank in front.
    pub(super) fn of(self, part: Part) -> String {
        let Some(Colours { ground, sunken: _, line, text, muted, accent, .. }) = self.colours() else {
            let class = match part {
                Part::Picture => "graph",
                Part::Head => "graph__head",
                Part::Icon => "graph__icon",
                Part::Group => "graph__group",
                Part::Edges => "graph__edges",
                Part::Labels => "graph__labels",
                Part::Reverse => "graph__reverse",
                Part::Node { root, missing, mark } => {
                    let root = if root { " graph__node--root" } else { "" };
                    let missing = if missing { " graph__node--missing" } else { "" };
                    let mark = self.mark_class(mark);
                    let space = if mark.is_empty() { "" } else { " " };
                    return format!(" class=\"graph__node{root}{missing}{space}{mark}\"");
                }
                Part::Kind => "graph__kind",
                Part::More => "graph__more",
                Part::MoreText => "graph__more graph__more--text",
                Part::GroupBox | Part::GroupTitle | Part::Name => return String::new(),
            };
            return format!(" class=\"{class}\"");
        };
        match part {
            Part::Picture => format!(
                " font-family=\"system-ui,'Segoe UI',Roboto,Arial,sans-serif\" font-size=\"13\" fill=\"{text}\""
            ),
            Part::Head => format!(" fill=\"{line}\""),
            Part::Icon => format!(
                " fill=\"none\" stroke=\"{muted}\" stroke-width=\"1.75\" stroke-linecap=\"round\" stroke-linejoin=\"round\""
            ),
            Part::Edges => format!(" fill=\"none\" stroke=\"{line}\" stroke-width=\"1\""),
            Part::Labels => format!(
                " font-size=\"11\" fill=\"{text}\" stroke=\"{ground}\" stroke-width=\"4\" stroke-linejoin=\"round\" paint-order=\"stroke\""
            ),
            Part::GroupTitle => format!(" font-size=\"12\" font-weight=\"600\" fill=\"{muted}\""),
            Part::Name => " font-weight=\"600\"".to_owned(),
            Part::Reverse => format!(" fill=\"{muted}\""),
            Part::Kind => format!(" font-size=\"11\" fill=\"{muted}\""),
            Part::More => format!(" fill=\"{accent}\""),
            Part::MoreText => format!(" font-size=\"11\" font-weight=\"600\" fill=\"{ground}\""),
            Part::GroupBox => self.box_of(part),
            // Their boxes have colours, and their words have others.
            Part::Group | Part::Node { .. } => String::new(),
        }
    }

    /// The class of what became something since another moment; nothing in a file.
    pub(super) fn mark_class(self, mark: Option<ChangeKind>) -> &'static str {
        match (self, mark) {
            (Self::Page, Some(ChangeKind::Added)) => "graph--added",
            (Self::Page, Some(ChangeKind::Changed)) => "graph--changed",
            (Self::Page, Some(ChangeKind::Removed)) => "graph--removed",
            _ => "",
        }
    }

    /// Attributes of the line of what became something since another moment, with a blank in front; nothing in a page.
    pub(super) fn mark(self, mark: Option<ChangeKind>) -> String {
        let (Some(colours), Some(mark)) = (self.colours(), mark) else { return String::new() };
        let (colour, dashes) = match mark {
            ChangeKind::Added => (colours.added, ""),
            ChangeKind::Changed => (colours.changed, ""),
            ChangeKind::Removed => (colours.removed, " stroke-dasharray=\"5 4\""),
        };
        format!(" stroke=\"{colour}\" stroke-width=\"2\"{dashes}")
    }

    /// Attributes of the rectangle of a part.
    pub(super) fn box_of(self, part: Part) -> String {
        let Some(Colours { ground, sunken, line, accent, accent_soft, .. }) = self.colours() else {
            return String::new();
        };
        match part {
            Part::Node { mark: mark @ Some(_), .. } => format!(" fill=\"{ground}\"{}", self.mark(mark)),
            Part::Node { root: true, missing: false, .. } => {
                format!(" fill=\"{accent_soft}\" stroke=\"{accent}\" stroke-width=\"2\"")
            }
            Part::Node { root, missing: true, .. } => {
                let colour = if root { accent } else { line };
                format!(" fill=\"{ground}\" stroke=\"{colour}\" stroke-dasharray=\"5 4\"")
            }
            Part::Node { .. } => format!(" fill=\"{ground}\" stroke=\"{line}\""),
            Part::GroupBox => format!(" fill=\"{sunken}\" stroke=\"{line}\""),
            _ => String::new(),
        }
    }
}
