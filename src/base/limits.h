/*
 * Every maximum of the program, in one place.
 *
 * What comes from the network is judged against these numbers before it is
 * believed.  A number here is a promise to the machine that runs the program:
 * raise one only with its cost in mind.
 */
#ifndef STET_BASE_LIMITS_H
#define STET_BASE_LIMITS_H

#define KIB ((size_t)1024)
#define MIB (KIB * KIB)

/* One answer from a server. */
#define LEAST_ROOM_BYTES (128 * MIB)     /* with less on the archive's disk nothing is fetched */
#define MAX_BODY_BYTES (16 * MIB)        /* decoded body; more is the outcome too-large */
#define MAX_RAW_BYTES (24 * MIB)         /* off the wire for it: headers, framing, encoded body, TLS */
#define MAX_TURN_BYTES (8 * MIB)         /* of one TLS connection before another gets its turn */
#define MAX_UNPACK_RATIO 200             /* decoded to encoded, of a body of more than ... */
#define UNPACK_FREE_BYTES (1 * MIB)      /* ... this, decoded */
#define MAX_FETCH_HELD_BYTES (256 * MIB) /* bodies of all requests under way and not yet taken */
#define MAX_HEADER_BYTES (64 * KIB)      /* all response headers together */
#define MAX_REDIRECTS 8                  /* hops of one fetch */
#define MAX_FETCH_SECONDS 60             /* from connect to last byte, all hops */
#define MAX_CONNECT_SECONDS 20           /* of it until the TLS handshake is over */
#define LEAST_SPEED 64                   /* bytes a second ... */
#define LEAST_SPEED_SECONDS 20           /* ... over this time; slower is too slow */
#define MAX_ROBOTS_BYTES (500 * KIB)     /* RFC 9309, section 2.5 */

/* Addresses. */
#define MAX_URL_BYTES (4 * KIB)

/* HTML, before and after it is parsed. */
#define MAX_HTML_DEPTH 512      /* open elements; deeper markup is refused */
#define MAX_HTML_ATTRIBUTES 256 /* on one tag */
#define MAX_HTML_NODES 1000000

/* One article. */
#define MAX_TITLE_BYTES (2 * KIB)
#define MAX_BYLINES 16
#define MAX_BLOCKS 5000
#define MAX_BLOCK_BYTES (64 * KIB)
#define MAX_ARTICLE_BYTES (2 * MIB) /* all blocks together */

/* Figures, names, places, times, sources, hedges and quotations of the sentences
 * of one edit, of either version: of more nothing is told but that words changed. */
#define MAX_STATEMENTS 1000

/* One feed, sitemap or section page. */
#define MAX_FEED_ENTRIES 5000
#define MAX_SITEMAP_DEPTH 3         /* indexes below each other, the first included */
#define MAX_SUMMARY_BYTES (4 * KIB) /* of an entry; the rest is cut off */
#define MAX_FEED_LINKS 64           /* feeds that one page names */
#define MAX_EXPLAINED_LINES 20000   /* of one page */
#define MAX_PAGE_LINKS 2000         /* links of a section page */

/* Rules for sites that need help. */
#define MAX_RULES_BYTES (1 * MIB) /* the file */
#define MAX_RULE_BYTES (8 * KIB)  /* one section */
#define MAX_RULE_STEPS 64         /* tag.class[attr] and the like in all selectors of one name */
#define MAX_RULE_TESTS 8          /* classes, ids and attributes in one of these */

/* The reader: the confined child that parses. */
#define MAX_READER_MEMORY (512 * MIB) /* address space */
#define MAX_READER_SECONDS 20         /* CPU time of one document */
#define MAX_READER_WAIT_SECONDS 60    /* real time of one document */
#define MAX_READER_DOCUMENTS 2000     /* after which a child is replaced */
#define MAX_READER_CHILDREN 64        /* that one process may have */
#define MAX_READER_KEPT (96 * MIB)    /* what a child may hold between documents */
#define MAX_WIRE_BYTES (32 * MIB)     /* one message, either way */
#define MAX_ASIDE_DOCUMENTS 20        /* kept aside because a reader died of them */
#define MAX_ASIDE_BYTES (64 * MIB)    /* of these together */

/* What people ask of the web interface and get from it. */
#define MAX_QUERY_BYTES 512
#define MAX_QUERY_STEMS 16  /* words of a search that are looked for in their other forms too */
#define MAX_MATCHES 5000    /* of a search, the newest: what is put in order and shown */
#define MAX_STEM_BYTES 100  /* a longer word has no stem but itself */
#define MAX_PAGE_ROWS 200 /* rows of one list */
#define MAX_RESPONSE_BYTES (32 * MIB)

/* One sentence for the person. */
#define MAX_SENTENCE_BYTES 512

#endif
