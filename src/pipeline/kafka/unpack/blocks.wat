;; Decoders of LZ4 and Snappy blocks, over one memory that holds the block and, behind it, a window on what comes of it.
;; They write up to `limit` and stop in the middle of whatever they are at, to be called again once there is room; up to
;; 32 bytes behind `limit` may be overwritten. Nothing that a block says makes them read in front of `base`, or pass `end`.
;; `node scripts/wasm.ts` writes blocks.ts, which is what runs.
;; Sources: "LZ4 Block Format Description"; "Snappy compressed format description".
(module
  (memory (export "memory") 1)
  ;; Where the block is read, and where what comes of it is written, next.
  (global $p (export "p") (mut i32) (i32.const 0))
  (global $at (export "at") (mut i32) (i32.const 0))
  ;; What is left of an element: literal bytes, bytes of a copy and how far back it reads, and (LZ4) the low half of the
  ;; token whose copy comes behind the literal; -1 where a token comes next.
  (global $literal (mut i32) (i32.const 0))
  (global $length (mut i32) (i32.const 0))
  (global $offset (mut i32) (i32.const 0))
  (global $token (mut i32) (i32.const -1))

  ;; Begins a block.
  (func (export "begin") (param $p i32) (param $at i32)
    (global.set $p (local.get $p))
    (global.set $at (local.get $at))
    (global.set $literal (i32.const 0))
    (global.set $length (i32.const 0))
    (global.set $token (i32.const -1)))

  ;; Copies the literal that begins at $p, as far as there is room.
  (func $copyLiteral (param $limit i32)
    (local $n i32) (local $to i32) (local $from i32) (local $end i32)
    (local.set $n (i32.sub (local.get $limit) (global.get $at)))
    (if (i32.gt_u (local.get $n) (global.get $literal)) (then (local.set $n (global.get $literal))))
    (if (i32.gt_u (local.get $n) (i32.const 256))
      (then (memory.copy (global.get $at) (global.get $p) (local.get $n)))
      (else
        (local.set $to (global.get $at))
        (local.set $from (global.get $p))
        (local.set $end (i32.add (local.get $to) (local.get $n)))
        (block $done
          (loop $more
            (br_if $done (i32.ge_u (local.get $to) (local.get $end)))
            (v128.store (local.get $to) (v128.load (local.get $from)))
            (local.set $to (i32.add (local.get $to) (i32.const 16)))
            (local.set $from (i32.add (local.get $from) (i32.const 16)))
            (br $more)))))
    (global.set $at (i32.add (global.get $at) (local.get $n)))
    (global.set $p (i32.add (global.get $p) (local.get $n)))
    (global.set $literal (i32.sub (global.get $literal) (local.get $n))))

  ;; Copies what lies $offset back, as far as there is room; what it writes may be what it reads next.
  (func $copyBack (param $limit i32)
    (local $n i32) (local $to i32) (local $from i32) (local $end i32)
    (local.set $n (i32.sub (local.get $limit) (global.get $at)))
    (if (i32.gt_u (local.get $n) (global.get $length)) (then (local.set $n (global.get $length))))
    (local.set $to (global.get $at))
    (local.set $from (i32.sub (local.get $to) (global.get $offset)))
    (local.set $end (i32.add (local.get $to) (local.get $n)))
    (block $done
      (if (i32.ge_u (global.get $offset) (i32.const 16))
        (then
          (loop $more
            (br_if $done (i32.ge_u (local.get $to) (local.get $end)))
            (v128.store (local.get $to) (v128.load (local.get $from)))
            (local.set $to (i32.add (local.get $to) (i32.const 16)))
            (local.set $from (i32.add (local.get $from) (i32.const 16)))
            (br $more))))
      (if (i32.eq (global.get $offset) (i32.const 1))
        (then
          (memory.fill (local.get $to) (i32.load8_u (local.get $from)) (local.get $n))
          (br $done)))
      (loop $more
        (br_if $done (i32.ge_u (local.get $to) (local.get $end)))
        (i32.store8 (local.get $to) (i32.load8_u (local.get $from)))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (br $more)))
    (global.set $at (local.get $end))
    (global.set $length (i32.sub (global.get $length) (local.get $n))))

  ;; The rest of a length whose half of the token is 15: bytes that are added up, to the first below 255. -1: damaged.
  (func $longer (param $end i32) (result i32)
    (local $n i32) (local $b i32)
    (local.set $n (i32.const 15))
    (loop $more
      (if (i32.ge_u (global.get $p) (local.get $end)) (then (return (i32.const -1))))
      (local.set $b (i32.load8_u (global.get $p)))
      (global.set $p (i32.add (global.get $p) (i32.const 1)))
      (local.set $n (i32.add (local.get $n) (local.get $b)))
      (if (i32.gt_u (local.get $n) (i32.const 0x0fffffff)) (then (return (i32.const -1))))
      (br_if $more (i32.eq (local.get $b) (i32.const 255))))
    (local.get $n))

  ;; 0: the block is done. 1: `limit` is reached. 2: it is damaged.
  (func (export "lz4") (param $end i32) (param $limit i32) (param $base i32) (result i32)
    (local $p i32) (local $at i32) (local $n i32) (local $m i32) (local $offset i32) (local $from i32)
    (loop $next
      (if (i32.lt_s (global.get $token) (i32.const 0))
        (then
          ;; Most sequences: a short literal and a short copy from not too near, with room all around.
          (local.set $p (global.get $p))
          (local.set $at (global.get $at))
          (block $slow
            (loop $fast
              (br_if $slow (i32.gt_u (i32.add (local.get $p) (i32.const 40)) (local.get $end)))
              (br_if $slow (i32.gt_u (i32.add (local.get $at) (i32.const 40)) (local.get $limit)))
              (local.set $m (i32.load8_u (local.get $p)))
              (local.set $n (i32.shr_u (local.get $m) (i32.const 4)))
              (local.set $m (i32.and (local.get $m) (i32.const 15)))
              (br_if $slow (i32.eq (local.get $n) (i32.const 15)))
              (br_if $slow (i32.eq (local.get $m) (i32.const 15)))
              (local.set $offset (i32.load16_u offset=1 (i32.add (local.get $p) (local.get $n))))
              (br_if $slow (i32.lt_u (local.get $offset) (i32.const 16)))
              (local.set $from (i32.sub (i32.add (local.get $at) (local.get $n)) (local.get $offset)))
              (br_if $slow (i32.lt_s (local.get $from) (local.get $base)))
              (v128.store (local.get $at) (v128.load offset=1 (local.get $p)))
              (local.set $at (i32.add (local.get $at) (local.get $n)))
              (local.set $p (i32.add (i32.add (local.get $p) (local.get $n)) (i32.const 3)))
              (v128.store (local.get $at) (v128.load (local.get $from)))
              (i32.store16 offset=16 (local.get $at) (i32.load16_u offset=16 (local.get $from)))
              (local.set $at (i32.add (i32.add (local.get $at) (local.get $m)) (i32.const 4)))
              (br $fast)))
          (global.set $p (local.get $p))
          (global.set $at (local.get $at))
          (if (i32.ge_u (local.get $p) (local.get $end)) (then (return (i32.const 0))))
          (local.set $m (i32.load8_u (local.get $p)))
          (global.set $p (i32.add (local.get $p) (i32.const 1)))
          (local.set $n (i32.shr_u (local.get $m) (i32.const 4)))
          (if (i32.eq (local.get $n) (i32.const 15))
            (then
              (local.set $n (call $longer (local.get $end)))
              (if (i32.lt_s (local.get $n) (i32.const 0)) (then (return (i32.const 2))))))
          (if (i32.gt_u (local.get $n) (i32.sub (local.get $end) (global.get $p))) (then (return (i32.const 2))))
          (global.set $literal (local.get $n))
          (global.set $token (i32.and (local.get $m) (i32.const 15)))))
      (if (global.get $literal)
        (then
          (call $copyLiteral (local.get $limit))
          (if (global.get $literal) (then (return (i32.const 1))))))
      (if (i32.eqz (global.get $length))
        (then
          ;; The last sequence is a literal alone.
          (if (i32.eq (global.get $p) (local.get $end))
            (then
              (global.set $token (i32.const -1))
              (return (i32.const 0))))
          (if (i32.gt_u (i32.add (global.get $p) (i32.const 2)) (local.get $end)) (then (return (i32.const 2))))
          (global.set $offset (i32.load16_u (global.get $p)))
          (global.set $p (i32.add (global.get $p) (i32.const 2)))
          (local.set $n (global.get $token))
          (if (i32.eq (local.get $n) (i32.const 15))
            (then
              (local.set $n (call $longer (local.get $end)))
              (if (i32.lt_s (local.get $n) (i32.const 0)) (then (return (i32.const 2))))))
          (if (i32.eqz (global.get $offset)) (then (return (i32.const 2))))
          (if (i32.gt_u (global.get $offset) (i32.sub (global.get $at) (local.get $base))) (then (return (i32.const 2))))
          (global.set $length (i32.add (local.get $n) (i32.const 4)))))
      (call $copyBack (local.get $limit))
      (if (global.get $length) (then (return (i32.const 1))))
      (global.set $token (i32.const -1))
      (br $next))
    (unreachable))

  ;; The same for Snappy. A copy is never cut: `limit` counts as reached where there is no room for the longest, 64 bytes.
  (func (export "snappy") (param $end i32) (param $limit i32) (param $base i32) (result i32)
    (local $p i32) (local $at i32) (local $tag i32) (local $n i32) (local $offset i32) (local $from i32) (local $room i32)
    (loop $next
      (if (global.get $literal)
        (then
          (call $copyLiteral (local.get $limit))
          (if (global.get $literal) (then (return (i32.const 1))))))
      (local.set $p (global.get $p))
      (local.set $at (global.get $at))
      (local.set $room (i32.sub (local.get $limit) (i32.const 64)))
      (loop $fast
        (if (i32.or (i32.ge_u (local.get $p) (local.get $end)) (i32.gt_s (local.get $at) (local.get $room)))
          (then
            (global.set $p (local.get $p))
            (global.set $at (local.get $at))
            (return (i32.lt_u (local.get $p) (local.get $end)))))
        (local.set $tag (i32.load8_u (local.get $p)))
        (local.set $n (i32.shr_u (local.get $tag) (i32.const 2)))
        (local.set $tag (i32.and (local.get $tag) (i32.const 3)))
        (if (i32.eqz (local.get $tag))
          (then
            (local.set $p (i32.add (local.get $p) (i32.const 1)))
            (if (i32.ge_u (local.get $n) (i32.const 60))
              (then
                ;; The length stands in the 1 to 4 bytes that follow.
                (local.set $n (i32.sub (local.get $n) (i32.const 59)))
                (local.set $offset
                  (i32.and
                    (i32.load (local.get $p))
                    (i32.shr_u (i32.const -1) (i32.shl (i32.sub (i32.const 4) (local.get $n)) (i32.const 3)))))
                (local.set $p (i32.add (local.get $p) (local.get $n)))
                (local.set $n (local.get $offset))))
            (if (i32.gt_u (local.get $p) (local.get $end)) (then (return (i32.const 2))))
            (if (i32.ge_u (local.get $n) (i32.sub (local.get $end) (local.get $p))) (then (return (i32.const 2))))
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (if (i32.le_u (local.get $n) (i32.const 16))
              (then
                (v128.store (local.get $at) (v128.load (local.get $p)))
                (local.set $at (i32.add (local.get $at) (local.get $n)))
                (local.set $p (i32.add (local.get $p) (local.get $n)))
                (br $fast)))
            (global.set $p (local.get $p))
            (global.set $at (local.get $at))
            (global.set $literal (local.get $n))
            (br $next)))
        (if (i32.eq (local.get $tag) (i32.const 1))
          (then
            (local.set $offset
              (i32.or
                (i32.shl (i32.shr_u (local.get $n) (i32.const 3)) (i32.const 8))
                (i32.load8_u offset=1 (local.get $p))))
            (local.set $n (i32.add (i32.and (local.get $n) (i32.const 7)) (i32.const 4)))
            (local.set $p (i32.add (local.get $p) (i32.const 2))))
          (else
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (if (i32.eq (local.get $tag) (i32.const 2))
              (then
                (local.set $offset (i32.load16_u offset=1 (local.get $p)))
                (local.set $p (i32.add (local.get $p) (i32.const 3))))
              (else
                (local.set $offset (i32.load offset=1 (local.get $p)))
                (local.set $p (i32.add (local.get $p) (i32.const 5)))))))
        (if (i32.gt_u (local.get $p) (local.get $end)) (then (return (i32.const 2))))
        (if (i32.eqz (local.get $offset)) (then (return (i32.const 2))))
        (if (i32.gt_u (local.get $offset) (i32.sub (local.get $at) (local.get $base))) (then (return (i32.const 2))))
        (if (i32.ge_u (local.get $offset) (i32.const 16))
          (then
            (local.set $from (i32.sub (local.get $at) (local.get $offset)))
            (v128.store (local.get $at) (v128.load (local.get $from)))
            (if (i32.gt_u (local.get $n) (i32.const 16))
              (then
                (v128.store offset=16 (local.get $at) (v128.load offset=16 (local.get $from)))
                (v128.store offset=32 (local.get $at) (v128.load offset=32 (local.get $from)))
                (v128.store offset=48 (local.get $at) (v128.load offset=48 (local.get $from)))))
            (local.set $at (i32.add (local.get $at) (local.get $n)))
            (br $fast)))
        (global.set $at (local.get $at))
        (global.set $length (local.get $n))
        (global.set $offset (local.get $offset))
        (call $copyBack (local.get $limit))
        (local.set $at (global.get $at))
        (br $fast)))
    (unreachable)))
