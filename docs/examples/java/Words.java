import java.util.HashMap;
import java.util.Map;

/** Counts words, and prints what that takes as fleetmark's own format. */
public final class Words {
    static Map<String, Integer> count(String text) {
        Map<String, Integer> counts = new HashMap<>();
        for (String word : text.split(" ")) counts.merge(word, 1, Integer::sum);
        return counts;
    }

    private static int sink;

    static double microseconds(String text) {
        long start = System.nanoTime();
        for (int i = 0; i < 20; i++) sink += count(text).size();
        return (System.nanoTime() - start) / 20e3;
    }

    public static void main(String[] args) {
        System.out.println("{\"schema\": \"fleetmark.results.v1\", \"type\": \"header\"}");
        for (int size : new int[] {100, 10000}) {
            String text = "one two three four ".repeat(size / 4);
            for (int i = 0; i < 50; i++) microseconds(text);  // warm-up of the compiler
            for (int i = 0; i < 20; i++) {
                System.out.printf(
                        "{\"type\": \"sample\", \"name\": \"count\", \"params\": {\"size\": \"%d\"},"
                                + " \"metric\": \"time\", \"unit\": \"us\", \"value\": %s}%n",
                        size, microseconds(text));
            }
        }
    }
}
