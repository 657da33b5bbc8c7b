//! Filters as checkboxes with counts, and the chips that show what is chosen.
//!
//! They are fields of a GET form, so they work without scripts; where the form is live, each change is sent at once.

use leptos::prelude::*;

use super::Icon;

/// So many choices are shown at once; the less used ones are folded away.
const SHOWN: usize = 8;

/// A value of a filter as a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The value as it stands in the address.
    pub value: String,
    /// What it is called.
    pub label: String,
    /// How many results it has.
    pub count: u32,
    /// Whether it is chosen now.
    pub chosen: bool,
}

/// The choices of one filter.
#[component]
pub fn FacetGroup(
    /// The heading.
    #[prop(into)]
    title: String,
    /// Name of the parameter in the address.
    name: &'static str,
    /// The choices, in the order in which they stand.
    choices: Vec<Choice>,
    /// How many rarer choices there are, which are not among them.
    #[prop(optional)]
    left_off: u32,
) -> impl IntoView {
    let Folded { shown, folded } = fold(choices);
    let row = move |choice: Choice| {
        view! {
            <li>
                <label class="facet__row">
                    <input type="checkbox" name=name value=choice.value checked=choice.chosen prop:checked=choice.chosen/>
                    <span class="facet__label">{choice.label}</span>
                    <span class="facet__count">{choice.count}</span>
                </label>
            </li>
        }
    };
    let open = folded.iter().any(|choice| choice.chosen);
    let more = (!folded.is_empty()).then(|| {
        let summary = format!("{} more", folded.len());
        view! {
            <details class="facet__more" open=open>
                <summary>{summary}</summary>
                <ul>{folded.into_iter().map(row).collect_view()}</ul>
                {(left_off > 0).then(|| view! {
                    <p class="muted small">{format!("And {left_off} rarer ones: search for them by name.")}</p>
                })}
            </details>
        }
    });
    view! {
        <fieldset class="facet">
            <legend>{title}</legend>
            <ul>{shown.into_iter().map(row).collect_view()}</ul>
            {more}
        </fieldset>
    }
    .into_any()
}

/// Choices divided by how much they are used.
struct Folded {
    shown: Vec<Choice>,
    folded: Vec<Choice>,
}

/// Keeps the most used choices in sight, in their order, so that rows stay where they are when counts change a little.
fn fold(choices: Vec<Choice>) -> Folded {
    if choices.len() <= SHOWN + 2 {
        return Folded { shown: choices, folded: Vec::new() };
    }
    let mut by_use: Vec<usize> = (0..choices.len()).collect();
    by_use.sort_by_key(|&index| (!choices[index].chosen, std::cmp::Reverse(choices[index].count), index));
    let mut rank = vec![0; choices.len()];
    for (place, index) in by_use.into_iter().enumerate() {
        rank[index] = place;
    }
    let (mut shown, mut folded) = (Vec::with_capacity(SHOWN), Vec::new());
    for (choice, rank) in choices.into_iter().zip(rank) {
        if rank < SHOWN { shown.push(choice) } else { folded.push(choice) }
    }
    Folded { shown, folded }
}

/// The filters of a list, folded on narrow screens. Part of the list's form.
#[component]
pub fn FilterPanel(
    /// How many filters are active.
    chosen: usize,
    /// The fields.
    fields: AnyView,
) -> impl IntoView {
    view! {
        <details class="filters">
            <summary>
                "Filters"
                {(chosen > 0).then(|| view! { <span class="filters__count">{format!("{chosen} active")}</span> })}
            </summary>
            <div class="filters__body" role="group" aria-label="Filters">
                {fields}
                <button type="submit" class="button unscripted">"Apply filters"</button>
            </div>
        </details>
    }
    .into_any()
}

/// What is chosen now, each with a link that takes it away.
#[component]
pub fn Chips(
    /// What is chosen: filter, value, and the address without it.
    chips: Vec<(String, String, String)>,
    /// The address without any filter.
    clear: String,
) -> impl IntoView {
    (!chips.is_empty()).then(|| {
        view! {
            <ul class="chips" aria-label="Active filters">
                {chips
                    .into_iter()
                    .map(|(title, value, href)| {
                        let label = format!("Remove filter {title}: {value}");
                        view! {
                            <li>
                                <a class="chip" href=href aria-label=label data-noscroll="">
                                    <span class="chip__title">{title}": "</span>
                                    <span>{value}</span>
                                    <Icon name="close"/>
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
                <li><a class="chip chip--clear" href=clear data-noscroll="">"Clear all"</a></li>
            </ul>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Choice, Folded, fold};

    #[test]
    fn the_most_used_stay_in_sight_in_their_order() {
        let choices: Vec<Choice> = (0_u32..100)
            .map(|number| Choice {
                value: number.to_string(),
                label: number.to_string(),
                count: number,
                chosen: number == 3,
            })
            .collect();
        let Folded { shown, folded } = fold(choices);
        let shown: Vec<_> = shown.iter().map(|choice| choice.count).collect();
        assert_eq!(shown, [3, 93, 94, 95, 96, 97, 98, 99]);
        assert_eq!(folded.len(), 92);
    }
}
