//! The index: which entity holds which words. In memory alone; it is made again at each start.

use catalog::view::EntityId;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar;
use tantivy::indexer::{LogMergePolicy, NoMergePolicy};
use tantivy::query::Query;
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{
    DocId, Index, IndexReader, IndexWriter, ReloadPolicy, Score, SegmentOrdinal, SegmentReader,
    TantivyDocument, TantivyError, Term,
};

use crate::fields::Fields;

/// What is collected before it becomes a part of the index, in bytes: the least that the library allows.
const WRITER_MEMORY: usize = 15_000_000;
/// Words are cut before they come to the library; it takes each as it is.
const AS_IT_IS: &str = "raw";

/// Letters of a word whose beginnings are words of their own in the index. A name of its own for each entity makes a
/// dictionary of 100 000 words; "all that begin with these letters" is a look into one list then, and not into each.
const BEGINNING: usize = 12;

/// The fields of the index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Columns {
    id: Field,
    order: [Field; 2],
    /// The name as one word.
    pub(crate) name: Column,
    /// Titles as one word each.
    pub(crate) title: Column,
    /// Words of name and titles.
    pub(crate) words: Column,
    /// Words of what an entity is and whose.
    pub(crate) facts: Column,
    /// Words of the description.
    pub(crate) text: Column,
}

/// Where words of one sort are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// The words.
    pub(crate) whole: Field,
    /// The beginnings of the words, where words are many; of at most so many letters.
    beginnings: Option<Field>,
}

impl Column {
    /// The field that holds a beginning of a word as a word.
    pub(crate) fn beginnings(&self, beginning: &str) -> Option<Field> {
        self.beginnings.filter(|_| beginning.chars().count() <= BEGINNING)
    }

    fn add(&self, document: &mut TantivyDocument, word: &str) {
        document.add_text(self.whole, word);
        if let Some(field) = self.beginnings {
            let ends = word.char_indices().map(|(at, letter)| at + letter.len_utf8());
            for end in ends.take(BEGINNING) {
                document.add_text(field, &word[..end]);
            }
        }
    }
}

/// The side of the index that answers.
#[derive(Clone)]
pub(crate) struct Finder {
    reader: IndexReader,
    pub(crate) columns: Columns,
}

/// The side of the index that takes in. There is one.
pub(crate) struct Writer {
    writer: IndexWriter,
    reader: IndexReader,
    columns: Columns,
}

/// An entity that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hit {
    pub(crate) id: EntityId,
    /// How well it fits.
    pub(crate) score: Score,
    /// Where it stands among those that fit as well.
    pub(crate) order: [u64; 2],
}

/// An empty index.
pub(crate) fn create() -> Result<(Finder, Writer), TantivyError> {
    let mut schema = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(AS_IT_IS)
        .set_fieldnorms(false)
        .set_index_option(IndexRecordOption::Basic);
    let words = TextOptions::default().set_indexing_options(indexing);
    let mut column = |name: &str, of_many: bool| Column {
        whole: schema.add_text_field(name, words.clone()),
        beginnings: of_many.then(|| schema.add_text_field(&format!("{name}_beginnings"), words.clone())),
    };
    let (name, title) = (column("name", true), column("title", true));
    let (words, facts, text) = (column("words", true), column("facts", false), column("text", false));
    let columns = Columns {
        id: schema.add_u64_field("id", INDEXED | FAST),
        order: ["order", "order_rest"].map(|name| schema.add_u64_field(name, FAST)),
        name,
        title,
        words,
        facts,
        text,
    };
    let index = Index::create_in_ram(schema.build());
    let writer: IndexWriter = index.writer_with_num_threads(1, WRITER_MEMORY)?;
    // Until all is in, see `Writer::merge`.
    writer.set_merge_policy(Box::new(NoMergePolicy));
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    Ok((Finder { reader: IndexReader::clone(&reader), columns }, Writer { writer, reader, columns }))
}

impl Writer {
    /// Replaces what the index holds of an entity; `None` takes it out. Readers see it after [`Self::commit`].
    pub(crate) fn put(&self, id: EntityId, fields: Option<Fields>) -> Result<(), TantivyError> {
        self.writer.delete_term(Term::from_field_u64(self.columns.id, id.into()));
        fields.map_or(Ok(()), |fields| self.add(id, fields))
    }

    /// Adds an entity that the index does not hold yet.
    pub(crate) fn add(&self, id: EntityId, fields: Fields) -> Result<(), TantivyError> {
        let columns = self.columns;
        let mut document = TantivyDocument::new();
        document.add_u64(columns.id, id.into());
        document.add_u64(columns.order[0], fields.order[0]);
        document.add_u64(columns.order[1], fields.order[1]);
        columns.name.add(&mut document, &fields.name);
        for (column, values) in [
            (columns.title, fields.titles),
            (columns.words, fields.words),
            (columns.facts, fields.facts),
            (columns.text, fields.text),
        ] {
            for value in values {
                column.add(&mut document, &value);
            }
        }
        self.writer.add_document(document).map(|_| ())
    }

    /// Shows readers what was put.
    pub(crate) fn commit(&mut self) -> Result<(), TantivyError> {
        self.writer.commit()?;
        self.reader.reload()
    }

    /// Puts the parts of the index together once the index is filled. From then on the library does so by itself; before,
    /// its own merging would take the parts away from this one.
    pub(crate) fn merge(&mut self) -> Result<(), TantivyError> {
        let parts = self.writer.index().searchable_segment_ids()?;
        if parts.len() > 1 {
            self.writer.merge(&parts).wait()?;
            self.reader.reload()?;
        }
        self.writer.set_merge_policy(Box::new(LogMergePolicy::default()));
        self.writer.garbage_collect_files().wait()?;
        Ok(())
    }

    /// Bytes of the index, about.
    pub(crate) fn bytes(&self) -> u64 {
        let usage = self.reader.searcher().space_usage();
        usage.map_or(0, |usage| usage.total().get_bytes())
    }
}

impl Finder {
    /// Everything that the query finds, in no order.
    pub(crate) fn find(&self, query: &dyn Query) -> Result<Vec<Hit>, TantivyError> {
        self.reader.searcher().search(query, &Everything)
    }
}

/// Collects all that is found: filters and counts need all of it, and a hit is small.
struct Everything;

struct OnePart {
    id: columnar::Column<u64>,
    order: [columnar::Column<u64>; 2],
    hits: Vec<Hit>,
}

impl Collector for Everything {
    type Fruit = Vec<Hit>;
    type Child = OnePart;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<OnePart> {
        let column = |name| segment.fast_fields().u64(name);
        let order = [column("order")?, column("order_rest")?];
        Ok(OnePart { id: column("id")?, order, hits: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, parts: Vec<Vec<Hit>>) -> tantivy::Result<Vec<Hit>> {
        Ok(parts.concat())
    }
}

impl SegmentCollector for OnePart {
    type Fruit = Vec<Hit>;

    fn collect(&mut self, doc: DocId, score: Score) {
        let value = |column: &columnar::Column<u64>| column.first(doc).unwrap_or_default();
        // Ids are of 32 bits; the field of the library is of 64.
        let id = EntityId::try_from(value(&self.id)).unwrap_or_default();
        let order = [value(&self.order[0]), value(&self.order[1])];
        self.hits.push(Hit { id, score, order });
    }

    fn harvest(self) -> Vec<Hit> {
        self.hits
    }
}
