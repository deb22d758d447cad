/*
 * The card of one edit: see card.h.
 *
 * From top to bottom: outlet and kind, headline, the words before and after,
 * window and address.  The words get the largest size in which they fit between
 * headline and foot; what does not fit in the smallest is cut off by Pango.
 *
 * The functions of the libraries are found by name once (dlsym) and called
 * through one table.
 */
#include "view/card.h"

#include <cairo/cairo-svg.h>
#include <dlfcn.h>
#include <pango/pangocairo.h>
#include <pthread.h>

#include "base/log.h"

#define FUNCTIONS(X)                                                                                                   \
	X(cairo_create)                                                                                                \
	X(cairo_destroy)                                                                                               \
	X(cairo_fill)                                                                                                  \
	X(cairo_image_surface_create)                                                                                  \
	X(cairo_move_to)                                                                                               \
	X(cairo_paint)                                                                                                 \
	X(cairo_rectangle)                                                                                             \
	X(cairo_set_source_rgb)                                                                                        \
	X(cairo_status)                                                                                                \
	X(cairo_surface_destroy)                                                                                       \
	X(cairo_surface_finish)                                                                                        \
	X(cairo_surface_status)                                                                                        \
	X(cairo_surface_write_to_png_stream)                                                                           \
	X(cairo_svg_surface_create_for_stream)                                                                         \
	X(g_free)                                                                                                      \
	X(g_object_unref)                                                                                              \
	X(pango_attr_background_new)                                                                                   \
	X(pango_attr_foreground_new)                                                                                   \
	X(pango_attr_list_insert)                                                                                      \
	X(pango_attr_list_new)                                                                                         \
	X(pango_attr_list_unref)                                                                                       \
	X(pango_attr_strikethrough_new)                                                                                \
	X(pango_attr_underline_new)                                                                                    \
	X(pango_cairo_create_layout)                                                                                   \
	X(pango_cairo_font_map_get_default)                                                                            \
	X(pango_cairo_show_layout)                                                                                     \
	X(pango_context_set_language)                                                                                  \
	X(pango_font_description_free)                                                                                 \
	X(pango_font_description_from_string)                                                                          \
	X(pango_font_description_set_absolute_size)                                                                    \
	X(pango_font_map_list_families)                                                                                \
	X(pango_language_from_string)                                                                                  \
	X(pango_layout_context_changed)                                                                                \
	X(pango_layout_get_context)                                                                                    \
	X(pango_layout_get_pixel_size)                                                                                 \
	X(pango_layout_set_attributes)                                                                                 \
	X(pango_layout_set_ellipsize)                                                                                  \
	X(pango_layout_set_font_description)                                                                           \
	X(pango_layout_set_height)                                                                                     \
	X(pango_layout_set_single_paragraph_mode)                                                                      \
	X(pango_layout_set_text)                                                                                       \
	X(pango_layout_set_width)                                                                                      \
	X(pango_layout_set_wrap)

static struct {
#define MEMBER(name) __typeof__(name) *name;
	FUNCTIONS(MEMBER)
#undef MEMBER
	bool ready;
} lib;

/* Fontconfig keeps distances where others keep pointers, so a leak checker
 * takes what it holds for lost. */
#if defined(__SANITIZE_ADDRESS__)
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig.so\n";
}
#endif

/* ---- loading ------------------------------------------------------------- */

static bool load_functions(void *handle)
{
	static const struct {
		const char *name;
		void **at;
	} functions[] = {
#define ENTRY(name) { #name, (void **)&lib.name },
		FUNCTIONS(ENTRY)
#undef ENTRY
	};
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
		*functions[i].at = dlsym(handle, functions[i].name);
		if (!*functions[i].at)
			return false;
	}
	return true;
}

static void load(void)
{
	PangoFontFamily **families;
	int n = 0;

	void *handle = dlopen("libpangocairo-1.0.so.0", RTLD_NOW | RTLD_LOCAL);
	if (!handle || !load_functions(handle)) {
		log_info("no cards are drawn: there is no libpangocairo-1.0.so.0");
		return;
	}
	lib.pango_font_map_list_families(lib.pango_cairo_font_map_get_default(), &families, &n);
	lib.g_free(families);
	if (n == 0)
		log_info("no cards are drawn: there are no fonts");
	lib.ready = n > 0;
}

bool card_prepare(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load);
	return lib.ready;
}

/* ---- text ---------------------------------------------------------------- */

#define INK 0x1d1b18
#define SOFT 0x5c574f
#define ACCENT 0x7a1f1f
#define PAPER 0xfdfcf9
#define RAISED 0xf5f2ea
#define LINE 0xdcd6c9

#define LEFT 64
#define RIGHT (CARD_WIDTH - 64)
#define LABEL 120 /* "Before", "After" */

#define SERIF "Noto Serif, DejaVu Serif, serif"
#define SANS "Noto Sans, DejaVu Sans, sans-serif"

struct drawing {
	cairo_t *cr;
	const struct card *card;
};

static void set_color(const struct drawing *d, unsigned rgb)
{
	lib.cairo_set_source_rgb(d->cr, (rgb >> 16) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0);
}

static void fill_box(const struct drawing *d, unsigned rgb, int x, int y, int width, int height)
{
	set_color(d, rgb);
	lib.cairo_rectangle(d->cr, x, y, width, height);
	lib.cairo_fill(d->cr);
}

static PangoLayout *new_layout(const struct drawing *d, const char *font, int size, int width)
{
	PangoLayout *layout = lib.pango_cairo_create_layout(d->cr);
	PangoFontDescription *description = lib.pango_font_description_from_string(font);
	char language[36];

	snprintf(language, sizeof language, "%.*s", STR_ARG(d->card->language));
	if (*language) {
		lib.pango_context_set_language(lib.pango_layout_get_context(layout),
		                               lib.pango_language_from_string(language));
		lib.pango_layout_context_changed(layout);
	}
	lib.pango_font_description_set_absolute_size(description, (double)size * PANGO_SCALE);
	lib.pango_layout_set_font_description(layout, description);
	lib.pango_font_description_free(description);
	lib.pango_layout_set_single_paragraph_mode(layout, TRUE);
	lib.pango_layout_set_width(layout, width * PANGO_SCALE);
	lib.pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	lib.pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
	return layout;
}

static int height_of(PangoLayout *layout)
{
	int width, height;
	lib.pango_layout_get_pixel_size(layout, &width, &height);
	return height;
}

/* Draws a text of at most so many lines; says how high it is. */
static int draw_text(const struct drawing *d, const char *font, int size, unsigned rgb, int x, int y, int width,
                     int lines, struct str text)
{
	PangoLayout *layout = new_layout(d, font, size, width);

	lib.pango_layout_set_text(layout, text.p ? text.p : "", (int)text.n);
	lib.pango_layout_set_height(layout, -lines);
	set_color(d, rgb);
	lib.cairo_move_to(d->cr, x, y);
	lib.pango_cairo_show_layout(d->cr, layout);
	int height = height_of(layout);
	lib.g_object_unref(layout);
	return height;
}

/* ---- the words before and after ------------------------------------------ */

static void add_attribute(PangoAttrList *list, PangoAttribute *attribute, size_t from, size_t to)
{
	attribute->start_index = (guint)from;
	attribute->end_index = (guint)to;
	lib.pango_attr_list_insert(list, attribute);
}

static PangoAttribute *color_attribute(PangoAttribute *make(guint16, guint16, guint16), unsigned rgb)
{
	return make((guint16)((rgb >> 16) * 257), (guint16)((rgb >> 8 & 255) * 257), (guint16)((rgb & 255) * 257));
}

static void mark_piece(PangoAttrList *list, const struct excerpt_piece *piece, size_t from, size_t to)
{
	bool went = piece->mark == EXCERPT_WENT;

	if (piece->mark == EXCERPT_PLAIN)
		return;
	if (!piece->kept)
		add_attribute(list, color_attribute(lib.pango_attr_background_new, went ? 0xfbe3df : 0xdff0df), from,
		              to);
	add_attribute(list, color_attribute(lib.pango_attr_foreground_new, went ? 0x7a1a10 : 0x12451f), from, to);
	add_attribute(list,
	              went ? lib.pango_attr_strikethrough_new(TRUE)
	                   : lib.pango_attr_underline_new(PANGO_UNDERLINE_SINGLE),
	              from, to);
}

static PangoLayout *new_words(const struct drawing *d, const struct excerpt *x, int size)
{
	PangoLayout *layout = new_layout(d, SERIF, size, RIGHT - LEFT - LABEL - 24);
	PangoAttrList *list = lib.pango_attr_list_new();
	struct buf b = BUF_INIT(64 * KIB);

	for (uint32_t i = 0; i < x->n; i++) {
		size_t from = b.n;
		buf_str(&b, x->pieces[i].text);
		mark_piece(list, &x->pieces[i], from, b.n);
	}
	lib.pango_layout_set_text(layout, buf_cstr(&b), (int)b.n);
	lib.pango_layout_set_attributes(layout, list);
	lib.pango_attr_list_unref(list);
	buf_free(&b);
	return layout;
}

static void draw_words(const struct drawing *d, const char *label, PangoLayout *layout, int y, int height)
{
	fill_box(d, RAISED, LEFT, y, RIGHT - LEFT, height);
	draw_text(d, SANS " bold", 20, SOFT, LEFT + 18, y + 20, LABEL - 18, 1, str_from(label));
	set_color(d, INK);
	lib.cairo_move_to(d->cr, LEFT + LABEL, y + 12);
	lib.pango_cairo_show_layout(d->cr, layout);
}

#define PAD 24
#define GAP 14

/* Both texts in one size; says how high they are together. */
static int lay_out(const struct drawing *d, int size, PangoLayout *layouts[2])
{
	const struct excerpt *texts[] = { d->card->before, d->card->after };
	int need = 0;

	for (int i = 0; i < 2; i++) {
		if (layouts[i])
			lib.g_object_unref(layouts[i]);
		layouts[i] = texts[i]->n ? new_words(d, texts[i], size) : NULL;
		if (!layouts[i])
			continue;
		lib.pango_layout_set_height(layouts[i], -100); /* as many lines as there are */
		need += height_of(layouts[i]) + PAD + (need ? GAP : 0);
	}
	return need;
}

/* In the largest of a few sizes in which both fit; in the smallest they are cut. */
static void draw_pair(const struct drawing *d, int y, int room)
{
	static const int sizes[] = { 52, 46, 40, 34, 30, 27, 24, 22 };
	static const char *const labels[] = { "Before", "After" };
	PangoLayout *layouts[2] = { NULL, NULL };
	bool fits = false;

	for (size_t s = 0; !fits && s < sizeof sizes / sizeof *sizes; s++)
		fits = lay_out(d, sizes[s], layouts) <= room;
	int most = layouts[0] && layouts[1] ? (room - GAP) / 2 : room;
	for (int i = 0; i < 2; i++) {
		if (!layouts[i])
			continue;
		if (!fits)
			lib.pango_layout_set_height(layouts[i], (most - PAD) * PANGO_SCALE);
		int height = height_of(layouts[i]) + PAD;
		draw_words(d, labels[i], layouts[i], y, height);
		y += height + GAP;
		lib.g_object_unref(layouts[i]);
	}
}

static void draw_kind(const struct drawing *d, int y)
{
	PangoLayout *layout = new_layout(d, SANS " bold", 22, 400);
	int width, height;

	lib.pango_layout_set_text(layout, d->card->kind.p, (int)d->card->kind.n);
	lib.pango_layout_get_pixel_size(layout, &width, &height);
	fill_box(d, RAISED, RIGHT - width - 28, y - 4, width + 28, height + 8);
	fill_box(d, ACCENT, RIGHT - width - 28, y - 4, 5, height + 8);
	set_color(d, INK);
	lib.cairo_move_to(d->cr, RIGHT - width - 13, y);
	lib.pango_cairo_show_layout(d->cr, layout);
	lib.g_object_unref(layout);
}

static void draw(const struct drawing *d)
{
	const struct card *c = d->card;
	int y = 44, foot = CARD_HEIGHT - 92;

	set_color(d, PAPER);
	lib.cairo_paint(d->cr);
	fill_box(d, ACCENT, 0, 0, 16, CARD_HEIGHT);
	draw_text(d, SANS " bold", 24, ACCENT, LEFT, y, 700, 1, c->outlet);
	draw_kind(d, y);
	y += 42;
	if (c->title.n)
		y += draw_text(d, SERIF " bold", 34, INK, LEFT, y, RIGHT - LEFT, 2, c->title);
	y += 16;
	if (c->before->n || c->after->n)
		draw_pair(d, y, foot - 16 - y);
	else
		draw_text(d, SERIF, 34, INK, LEFT, y, RIGHT - LEFT, 4, c->note);
	fill_box(d, LINE, LEFT, foot, RIGHT - LEFT, 2);
	draw_text(d, SANS, 20, INK, LEFT, foot + 14, RIGHT - LEFT, 1, c->window);
	draw_text(d, SANS, 17, SOFT, LEFT, foot + 46, RIGHT - LEFT, 1, c->address);
}

/* ---- the picture --------------------------------------------------------- */

static cairo_status_t write_bytes(void *closure, const unsigned char *data, unsigned length)
{
	struct buf *b = closure;
	buf_put(b, data, length);
	return b->full ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

bool card_draw(const struct card *card, enum card_format format, struct buf *out, struct err *e)
{
	if (!card_prepare())
		return err_set(e, ERR_NOT_FOUND, "this machine draws no cards: it lacks Pango or fonts");
	cairo_surface_t *surface =
	        format == CARD_SVG ? lib.cairo_svg_surface_create_for_stream(write_bytes, out, CARD_WIDTH, CARD_HEIGHT)
	                           : lib.cairo_image_surface_create(CAIRO_FORMAT_RGB24, CARD_WIDTH, CARD_HEIGHT);
	cairo_t *cr = lib.cairo_create(surface);
	draw(&(struct drawing){ .cr = cr, .card = card });
	cairo_status_t status = lib.cairo_status(cr);
	lib.cairo_destroy(cr);
	if (status == CAIRO_STATUS_SUCCESS && format == CARD_PNG)
		status = lib.cairo_surface_write_to_png_stream(surface, write_bytes, out);
	lib.cairo_surface_finish(surface);
	if (status == CAIRO_STATUS_SUCCESS)
		status = lib.cairo_surface_status(surface);
	lib.cairo_surface_destroy(surface);
	return status == CAIRO_STATUS_SUCCESS || err_set(e, ERR_INTERNAL, "the card could not be drawn");
}
