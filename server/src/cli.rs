//! The command line: what can be asked, and the help that explains it. Does nothing itself.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Portico: an internal developer portal. It reads the catalog-info.yaml files that an organisation already
/// has, and shows who owns what, what depends on what, and what is broken.
#[derive(Debug, Parser)]
#[command(name = "portico", version, propagate_version = true, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  portico serve --catalog ~/src            browse every service below ~/src on http://localhost:7007
  portico serve --config app-config.yaml   run with the configuration of a Backstage installation
  portico lint .                           check the descriptors below this folder, as CI does

Exit codes: 0 success, 1 findings or an interrupted run, 2 could not run.
Environment: PORTICO_LOG filters the log (info,catalog=debug), PORTICO_LOG_FORMAT is text or json.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the portal
    Serve(Serve),
    /// Check descriptor files without a portal
    ///
    /// Reads the given files, and every catalog-info.yaml below the given folders, and reports what a
    /// portal would report: syntax, field rules, kinds, references, duplicates.
    #[command(
        after_help = "Exit codes: 0 nothing found, or warnings only; 1 errors, with --strict warnings too, or nothing to check; 2 could not run."
    )]
    Lint(Lint),
    /// Look at the configuration
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Bring the database up to date and stop
    ///
    /// `serve` does the same when it starts. Use this where the program that serves must not change tables.
    Migrate(ConfigFiles),
    /// Print the OpenAPI document of the REST API
    Openapi,
    /// Work on software templates without a portal
    Template {
        #[command(subcommand)]
        command: TemplateCommand,
    },
    /// Print every address that the program answers
    #[command(hide = true)]
    Routes {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Show each value and where it comes from, secrets masked
    Print {
        #[command(flatten)]
        files: ConfigFiles,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum TemplateCommand {
    /// Render one file as the steps of a template do
    ///
    /// Prints what the file says with its values in it, or what is wrong, with line and column.
    #[command(after_help = "Exit codes: 0 rendered, 1 the template is wrong, 2 could not run.")]
    Render(Render),
    /// Try a template out: what it would do and write, without an effect elsewhere
    ///
    /// Runs the steps that only change files, with what lies beside the template, and says which others would run. Whatever
    /// the catalog would be asked for is not there.
    #[command(
        after_help = "Exit codes: 0 ran to its end, 1 the template or the values are wrong, 2 could not run."
    )]
    DryRun(DryRun),
    /// Run the tests that lie beside templates, in tests/*.yaml
    ///
    /// Each is a dry run with answers of its own, and what has to come of it: files, calls of actions, the output, or what the
    /// form says against the answers.
    #[command(
        after_help = "Exit codes: 0 all passed, 1 one failed or a template or a test is wrong, 2 could not run."
    )]
    Test(TemplateTest),
    /// Print the reference of all actions as Markdown
    Actions(OwnActions),
}

#[derive(Clone, Debug, Default, Args)]
pub(crate) struct OwnActions {
    /// Document, or folder of documents, that declares actions of your own; repeat it for more
    ///
    /// Those of portico.scaffolder.actions.documents, so that templates which use them can be checked. None of them is run.
    #[arg(long = "actions", value_name = "FILE|FOLDER")]
    pub(crate) documents: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct TemplateTest {
    /// Files of templates, or folders: all templates with tests below them
    #[arg(value_name = "FILE|FOLDER", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) own: OwnActions,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DryRun {
    /// The file of the template
    #[arg(value_name = "FILE", default_value = "template.yaml")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) own: OwnActions,
    /// YAML or JSON with the answers to the form, for example: name: shop
    #[arg(long, value_name = "FILE")]
    pub(crate) values: Option<PathBuf>,
    /// YAML or JSON with secrets
    #[arg(long, value_name = "FILE")]
    pub(crate) secrets: Option<PathBuf>,
    /// Write the files that come out into this folder, which must not be there yet
    #[arg(long, value_name = "FOLDER")]
    pub(crate) output: Option<PathBuf>,
    /// Print JSON, as the API of Backstage does
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Render {
    /// The template [default: the input]
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// YAML or JSON with the values of names, for example: values: { name: shop }
    #[arg(long, value_name = "FILE")]
    pub(crate) values: Option<PathBuf>,
    /// Values are written as cookiecutter does: {{ cookiecutter.name }}
    #[arg(long)]
    pub(crate) cookiecutter: bool,
    /// Take the line break behind a block away
    #[arg(long)]
    pub(crate) trim_blocks: bool,
    /// Take the blanks before a block at the beginning of a line away
    #[arg(long)]
    pub(crate) lstrip_blocks: bool,
    /// Read lines of JSON from the input, and answer each with one
    ///
    /// A line has a template, and may have context, trimBlocks, lstripBlocks and cookiecutterCompat; an answer has an
    /// output or an error.
    #[arg(long, conflicts_with_all = ["file", "values", "cookiecutter", "trim_blocks", "lstrip_blocks"])]
    pub(crate) jsonl: bool,
}

#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ConfigFiles {
    /// Configuration file; repeat it to lay later files over earlier ones
    ///
    /// Without it, app-config.yaml and app-config.local.yaml are read from the working directory if they
    /// are there. No file is needed at all.
    #[arg(long = "config", value_name = "FILE")]
    pub(crate) config: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) files: ConfigFiles,
    /// Descriptor file, or folder below which every catalog-info.yaml is read
    ///
    /// Comes after catalog.locations of the configuration. All kinds are allowed unless catalog.rules is set.
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(crate) catalog: Vec<PathBuf>,
    /// Address to listen on [default: 127.0.0.1:7007]
    #[arg(long, value_name = "HOST:PORT", conflicts_with = "port")]
    pub(crate) listen: Option<String>,
    /// Port to listen on; 0 picks a free one
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<u16>,
}

#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// Descriptor file or folder
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Descriptor file or folder in which references are looked up as well; what is wrong there is not told
    ///
    /// A reference to an entity of another repository is a warning, unless that entity is found here.
    #[arg(long, value_name = "PATH")]
    pub(crate) catalog: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) own: OwnActions,
    /// End with 1 for warnings as well, and not for errors only
    #[arg(long)]
    pub(crate) strict: bool,
    /// How to report
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: LintFormat,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum LintFormat {
    /// For people: the offending line, underlined
    #[default]
    Human,
    /// For programs: one JSON document
    Json,
    /// For GitHub Actions: annotations on the changed files
    Github,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn catalog_takes_several_paths_at_once_and_repeated() {
        let cli = Cli::try_parse_from(["portico", "serve", "--catalog", "a", "b", "--catalog", "c"]).unwrap();
        let Command::Serve(serve) = cli.command else { panic!("not serve") };
        assert_eq!(serve.catalog, ["a", "b", "c"].map(PathBuf::from));
    }
}
